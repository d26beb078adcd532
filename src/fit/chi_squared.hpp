// How well a rule does beside the errors of what was measured: where LossTraits::known_errors.
#pragma once

#include <cstddef>
#include <vector>

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
/// How chi squared is distributed over the units to search on of an objective. Where their errors are known from a few cells,
/// squares of residuals have the distribution of Student's t squared: p is the share of 10,000 draws of their sum, times the degrees
/// of freedom over the units, that is as large.
class ChiSquaredLaw {
 public:
  explicit ChiSquaredLaw(const Objective& objective);
  ChiSquared of(double value, std::size_t determined) const;

 private:
  double units_;
  std::vector<double> sums_;  // ascending; empty where errors are exact
};
/// Whether errors of some units to search on are known from a few cells.
bool errors_are_estimated(const Objective& objective);

}  // namespace rule_search
