// Pictures and tables that only decoding has.
#pragma once

#include "fit/exhibits.hpp"
#include "fit/fitted_rule.hpp"
#include "objectives/decoding/objective.hpp"

namespace rule_search {

/// What a network keeps, and computes in a step with learning.
struct DecodingCost {
  double numbers = 0;        ///< weights, what the rule remembers, and feedback weights
  double multiply_adds = 0;  ///< forward, errors back, and the rule (see plan::cost)
};
DecodingCost cost_of(const plan::Plan& plan, const SpikingShape& shape);
/// The same of backpropagation through windows of 64 steps, with Adam: weights, gradients and two moments, and three numbers of
/// every neuron at every step of the window.
DecodingCost cost_of_backpropagation(const SpikingShape& shape);

/// Memory and multiply-adds of the found rule, of the rule two_trace, and of backpropagation through time.
Table cost_table(const FittedRule& found, const DecodingObjective& objective);

/// Velocity and what the network makes of it in the first ten seconds that are scored, of the first test session.
Picture decoded_picture(const FittedRule& found, const DecodingObjective& objective);

}  // namespace rule_search
