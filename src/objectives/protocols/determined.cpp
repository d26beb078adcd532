#include "objectives/protocols/determined.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "fit/limits.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"

namespace rule_search {

std::size_t determined_parameters(const FittedRule& rule, const ProtocolsObjective& objective, Steps& steps) {
  if (rule.theta.empty()) return 0;
  FitRequest request;
  request.objective = &objective;
  request.units = objective.units(Part::search);
  request.tempered = false;
  const QuadraticModel model = steps.quadratic_model(rule.rule, rule.theta, request);
  if (!model.usable) return rule.theta.size();
  const auto n = static_cast<Eigen::Index>(model.size);
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
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(alike, Eigen::EigenvaluesOnly);
  // Thresholds have no derivative, and were found from the same protocols.
  return static_cast<std::size_t>((solver.eigenvalues().array() > same).count()) +
         threshold_entries(rule.rule, fit_layout(rule.rule, objective)).size();
}

}  // namespace rule_search
