// Every set of a few terms.
#pragma once

#include "search/front.hpp"

namespace rule_search {

/// Pools of more terms are searched in steps.
constexpr std::size_t most_terms_of_subsets = 6;

/// Fits every set of the candidate terms, from several values of shape parameters, and keeps the best of every size, where
/// the terms are few and the objective's units cost little; else it does nothing.
void fit_every_subset(Workbench& bench, Front& front);

}  // namespace rule_search
