// How well a rule does beside the errors of what was measured: where LossTraits::known_errors.
#pragma once

#include <cstddef>

#include "fit/fitted_rule.hpp"
#include "fit/objective.hpp"
#include "fit/quadratic.hpp"

namespace rule_search {

class Steps;

/// The sum of squares of what every unit leaves, in standard errors.
double chi_squared_of(const Score& score);

/// How many numbers of a fitted rule the units to search on tell: the rank of the derivatives of what they leave by theta. A
/// parameter without effect, or with the same effect as others, takes no degree of freedom. Thresholds, which have no
/// derivative, count as one each.
std::size_t determined_parameters(const FittedRule& rule, const Objective& objective, Steps& steps);
/// The same of a model that is at hand, by its entries, `thresholds` of which are thresholds.
std::size_t determined_parameters(const QuadraticModel& model, std::size_t thresholds);

/// Of a rule that was fitted to these units.
struct ChiSquared {
  double value = 0;
  double degrees = 0;  ///< of freedom: units less what was determined by them; 0 or less where none is left
  double p =
      0;  ///< how often chi squared is as large where the rule is right; not a number without a degree of freedom
};
ChiSquared chi_squared(const Score& fitted, std::size_t determined);

}  // namespace rule_search
