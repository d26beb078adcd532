// Intervals that hold where a rule is far from linear in its parameters: by fitting all others at every value of one.
#pragma once

#include <vector>

#include "fit/fitted_rule.hpp"
#include "fit/objective.hpp"
#include "fit/uncertainty.hpp"

namespace rule_search {

class Steps;

/// Whether the intervals of an objective with known errors rest on profiles: where time constants or other shape parameters
/// are fitted beside coefficients.
bool needs_profiles(const LossTraits& traits, const Rule& rule);

/// Gives the entries of `certainty` ends of their own: where chi squared, with all other `entries` of theta fitted, is above
/// that of the rule by the square of Student's t (1.96 where errors are exact), times chi squared over its degrees of freedom
/// where that is above 1 (profile likelihood; Venzon & Moolgavkar, Appl. Stat. 37:87 (1988)). An end is that of the bounds
/// where it is not reached within them, and infinite where there are none. Numbers of `certainty` are those of `entries`.
void add_profiles(Certainty& certainty, const FittedRule& fitted, const std::vector<int>& entries,
                  const Objective& objective, Steps& steps);

}  // namespace rule_search
