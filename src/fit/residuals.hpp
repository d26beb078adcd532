// From what units tell to the residuals and derivatives that a fit works on.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "fit/outcome.hpp"

namespace rule_search {

/// A rule that learns fast runs some of its units at the edge of stability. There tangents, though exact,
/// grow by orders of magnitude and tell of the loss over no distance worth a step (Metz et al.,
/// arXiv:2111.05803). One such unit would rule all of a Gauss-Newton step, so the slopes of an unit
/// that are more than three times the median over the units are scaled down to that. What a step has
/// gained is judged by the loss itself.
///
/// The factor for each unit, at most 1. Outcomes have `entries` directions; none may have diverged.
std::vector<double> tempering(const std::vector<Outcome>& outcomes, std::size_t entries);

/// Residual q of a unit as a fit has it, and by what its jacobian is to be divided. Half the sum of squares of all is the mean
/// loss; `share` is the number of residuals of the unit times that of the units. Where losses are no halves of squares the
/// residual is the root of twice the loss, which has no usable derivative below a loss of 1e-12.
struct Residual {
  double value, divisor;
};
inline Residual residual(const Outcome& outcome, std::size_t q, double share) {
  if (!outcome.residuals.empty()) return {outcome.residuals[q] / std::sqrt(share), std::sqrt(share)};
  const double value = std::sqrt(2 * std::max(outcome.query_losses[q], 1e-12) / share);
  return {value, share * value};
}

/// The same for a quadratic model: d loss q / d theta is `gradient` times the jacobian, and its Gauss-Newton curvature
/// `curvature` times the jacobian's square. The curvature of a loss near 0 grows beyond all bounds, and one query that is
/// answered nearly perfectly would rule the model of all; so a loss counts as 1e-3 at least there.
struct ModelWeight {
  double gradient, curvature;
};
inline ModelWeight model_weight(const Outcome& outcome, std::size_t q, double weight, double tempering) {
  if (!outcome.residuals.empty()) return {tempering * outcome.residuals[q], weight * tempering * tempering};
  return {tempering, weight * tempering * tempering / (2 * std::max(outcome.query_losses[q], 1e-3))};
}

}  // namespace rule_search
