// What a network with skips knows without its hidden layers: skips lift any rule to what a linear layer does, so no such
// network is reported without it.
#pragma once

#include <vector>

#include "objectives/few_shot/objective.hpp"

namespace rule_search {

/// A linear layer that learns by the found rule, fitted and scored on the same episodes; and what the network answers by its
/// own connection from the input to the output, where it has one, when the rest is left out of the answer. None for a chain,
/// and none where no rule was found.
std::vector<Baseline> linear_parts(const Tasks& tasks, Feedback feedback, const FittedRule& found,
                                   const ComparisonRequest& request, Steps& steps);

/// Whether a connection leads from the input to the output, be there hidden layers or not.
bool has_shortcut(const Network& network);

/// The same rule for a network of one connection: of coefficients with a value a connection, that of connection `c`.
Rule for_one_connection(Rule rule, const Network& network, std::size_t c);

}  // namespace rule_search
