// Which parameters of a rule are no coefficients.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// Marks the shape parameters of a rule (see Parameter::shape): those in which dw, followed over the steps, is not affine,
/// and that begin elsewhere than at 0 or can't be 0. A threshold inside sign(), an exponent, the decay of a trace. What is
/// marked already stays so.
///
/// One that may be 0 and begins there is left a term, as coefficients in a denominator can be: to be 0 is what its user
/// wrote.
void mark_shape_parameters(Rule& rule);

/// A sentence for each parameter that stands inside sign() alone: a step has no slope, so no fit can move it.
std::vector<std::string> parameters_without_slope(const Rule& rule);

}  // namespace rule_search
