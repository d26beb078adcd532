// The simplifier.
#pragma once

#include "expression/expression.hpp"

namespace rule_search {

/// Folds numbers, drops zero summands and factors of one, collects signs in front; of the same shape. What
/// vanishes altogether is 0 * w, or 0 times ones. Exact up to rounding. Decays of a step of this length, in seconds, stay as
/// they are written; see time_constant_of_decay().
Expr simplify(const Expr& e, double step = 0);

}  // namespace rule_search
