#include "fit/chi_squared.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/statistics.hpp"
#include "fit/limits.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"

namespace rule_search {

double chi_squared_of(const Score& score) {
  // A unit's loss is half of its square.
  return 2 * std::accumulate(score.losses.begin(), score.losses.end(), 0.0);
}

ChiSquared chi_squared(const Score& fitted, std::size_t determined) {
  ChiSquared out;
  out.value = chi_squared_of(fitted);
  out.degrees = static_cast<double>(fitted.losses.size()) - static_cast<double>(determined);
  out.p = out.degrees > 0 ? chi_squared_tail(out.value, out.degrees) : std::numeric_limits<double>::quiet_NaN();
  return out;
}

std::size_t determined_parameters(const QuadraticModel& model, std::size_t thresholds) {
  const auto n = static_cast<Eigen::Index>(model.size);
  if (!model.usable || n == 0) return static_cast<std::size_t>(n);
  const Eigen::Map<const Eigen::MatrixXd> curvature(model.curvature.data(), n, n);
  // Effects of length 1, so that no unit counts.
  Eigen::MatrixXd alike = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index a = 0; a < n; ++a) {
    for (Eigen::Index b = 0; b < n; ++b) {
      const double length = std::sqrt(curvature(a, a) * curvature(b, b));
      if (length > 0) alike(a, b) = curvature(a, b) / length;
    }
  }
  constexpr double same = 1e-9;  // of squares
  const Eigen::VectorXd lengths =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(alike, Eigen::EigenvaluesOnly).eigenvalues();
  // Thresholds were found from the same units.
  return static_cast<std::size_t>(std::count_if(lengths.begin(), lengths.end(), [](double x) { return x > same; })) +
         thresholds;
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
