#include "fit/chi_squared.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "base/linear.hpp"
#include "base/random.hpp"
#include "base/statistics.hpp"
#include "fit/limits.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"
#include "fit/uncertainty.hpp"

namespace rule_search {

double chi_squared_of(const Score& score) {
  // A unit's loss is half of its square.
  return 2 * std::accumulate(score.losses.begin(), score.losses.end(), 0.0);
}

bool errors_are_estimated(const Objective& objective) {
  for (std::size_t u = 0; u < objective.units(Part::search); ++u) {
    if (objective.degrees_of_error(u) < degrees_of_exact_errors) return true;
  }
  return false;
}

namespace {

constexpr int draws = 10000;
constexpr std::uint64_t stream_of_draws = 431;

// The sum of squares of so many normal numbers, whole: pairs of them by one logarithm of the product of uniform ones.
double chi_squared_draw(Random& random, int degrees) {
  double product = 1;
  for (int k = 0; k < degrees / 2; ++k) product *= 1 - random.uniform();
  return -2 * std::log(product) + (degrees % 2 == 1 ? std::pow(normal(random), 2) : 0);
}

// The square of Student's t of so many degrees of freedom.
double squared_t(Random& random, double degrees) {
  const double square = std::pow(normal(random), 2);
  if (!(degrees < degrees_of_exact_errors)) return square;
  const int whole = std::max(1, static_cast<int>(degrees));
  return square * whole / chi_squared_draw(random, whole);
}

}  // namespace

ChiSquaredLaw::ChiSquaredLaw(const Objective& objective) : units_(static_cast<double>(objective.units(Part::search))) {
  if (!errors_are_estimated(objective)) return;
  Random random(1, stream_of_draws);
  for (int k = 0; k < draws; ++k) {
    double sum = 0;
    for (std::size_t u = 0; u < objective.units(Part::search); ++u)
      sum += squared_t(random, objective.degrees_of_error(u));
    sums_.push_back(sum);
  }
  std::sort(sums_.begin(), sums_.end());
}

ChiSquared ChiSquaredLaw::of(double value, std::size_t determined) const {
  ChiSquared out;
  out.value = value;
  out.degrees = units_ - static_cast<double>(determined);
  if (out.degrees <= 0 || !std::isfinite(value)) {
    out.p = std::numeric_limits<double>::quiet_NaN();
  } else if (sums_.empty()) {
    out.p = chi_squared_tail(value, out.degrees);
  } else {
    const auto above = sums_.end() - std::lower_bound(sums_.begin(), sums_.end(), value * units_ / out.degrees);
    out.p = (static_cast<double>(above) + 1) / (draws + 1);
  }
  return out;
}

std::size_t determined_parameters(const QuadraticModel& model, std::size_t thresholds) {
  const auto n = static_cast<Eigen::Index>(model.size);
  if (!model.usable || n == 0) return static_cast<std::size_t>(n);
  // Thresholds were found from the same units.
  return rank_of(Eigen::Map<const Eigen::MatrixXd>(model.curvature.data(), n, n)) + thresholds;
}

std::size_t determined_parameters(const FittedRule& rule, const Objective& objective, Steps& steps) {
  if (rule.theta.empty()) return 0;
  FitRequest request;
  request.objective = &objective;
  request.units = objective.units(Part::search);
  request.tempered = false;
  return determined_parameters(steps.quadratic_model(rule.rule, rule.theta, request),
                               threshold_entries(rule.rule, fit_layout(rule.rule, objective)).size());
}

}  // namespace rule_search
