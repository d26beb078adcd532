// How many numbers of a fitted rule protocols tell.
#pragma once

#include <cstddef>

#include "fit/fitted_rule.hpp"
#include "objectives/protocols/objective.hpp"

namespace rule_search {

class Steps;

/// The rank of the derivatives of what the protocols to search on leave by theta: a parameter without effect, or with the same
/// effect as others, takes no degree of freedom. Thresholds, which have no
/// derivative, count as one each.
std::size_t determined_parameters(const FittedRule& rule, const ProtocolsObjective& objective, Steps& steps);

}  // namespace rule_search
