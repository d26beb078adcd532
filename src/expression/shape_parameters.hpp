// Which parameters of a rule are no coefficients.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// Marks the shape parameters of a rule (see Parameter::shape): those in which dw, followed over the steps, is not affine,
/// and that begin elsewhere than at 0 or can't be 0. A threshold inside sign(), an exponent, the decay of a trace. What is
/// marked already stays so.
///
/// One that stands inside of steps alone is one wherever it begins.
///
/// Any other that may be 0 and begins there is left a term, as coefficients in a denominator can be: to be 0 is what its user
/// wrote.
void mark_shape_parameters(Rule& rule);

/// By parameter: whether it stands inside of sign(), step() and comparisons alone. These have no slope, so that no fit by
/// derivatives moves it: it is found by a scan of values, see scanned_range().
std::vector<bool> thresholds(const Rule& rule);

/// The values that a threshold is looked for among: within its bounds; where it has none, four times its initial value (or a
/// quarter, where that is less) to both sides.
std::pair<double, double> scanned_range(const Parameter& parameter);

/// A sentence for each threshold: that it is scanned, and where.
std::vector<std::string> notes_on_thresholds(const Rule& rule);

}  // namespace rule_search
