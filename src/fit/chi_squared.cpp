#include "fit/chi_squared.hpp"

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

namespace rule_search {

double chi_squared_of(const Score& score) {
  // A unit's loss is half of its square.
  return 2 * std::accumulate(score.losses.begin(), score.losses.end(), 0.0);
}

bool errors_are_estimated(const Objective& objective) {
  for (std::size_t u = 0; u < objective.units(Part::search); ++u) {
    if (std::isfinite(objective.degrees_of_error(u))) return true;
  }
  return false;
}

namespace {

constexpr int draws = 10000;
constexpr std::uint64_t stream_of_draws = 431;
constexpr double many = 200;  // degrees, from which on an error is as good as exact

// The square of Student's t of so many degrees of freedom.
double squared_t(Random& random, double degrees) {
  const double square = std::pow(normal(random), 2);
  if (!(degrees < many)) return square;
  double sum = 0;
  for (int k = 0; k < static_cast<int>(degrees); ++k) sum += std::pow(normal(random), 2);
  return square * degrees / sum;
}

double share_of_draws_above(double value, double share, const Objective& objective) {
  Random random(1, stream_of_draws);
  int above = 0;
  for (int k = 0; k < draws; ++k) {
    double sum = 0;
    for (std::size_t u = 0; u < objective.units(Part::search); ++u)
      sum += squared_t(random, objective.degrees_of_error(u));
    above += share * sum >= value;
  }
  return (above + 1.0) / (draws + 1.0);
}

}  // namespace

ChiSquared chi_squared(double value, std::size_t determined, const Objective& objective) {
  ChiSquared out;
  const auto units = static_cast<double>(objective.units(Part::search));
  out.value = value;
  out.degrees = units - static_cast<double>(determined);
  if (out.degrees <= 0 || !std::isfinite(value))
    out.p = std::numeric_limits<double>::quiet_NaN();
  else if (errors_are_estimated(objective))
    out.p = share_of_draws_above(value, out.degrees / units, objective);
  else
    out.p = chi_squared_tail(value, out.degrees);
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
