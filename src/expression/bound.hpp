// Bounds around all that a rule does to a weight.
#pragma once

#include "expression/rule.hpp"

namespace rule_search {

/// The change of the weights, bounds included; dw itself where there are none. Within hard bounds a and b it is
/// min(max(w + dw, a), b) - w; within soft ones what is above 0 of dw counts (b - w)/(b - a) times, what is below 0
/// (w - a)/(b - a) times (as in van Rossum, Bi & Turrigiano, J. Neurosci. 20:8812 (2000), with both signs weighed).
Expr bounded_change(const Rule& rule);
/// The rule whose dw is that, without a bound.
Rule with_bound_written_out(Rule rule);

}  // namespace rule_search
