// From all terms downwards.
#pragma once

#include "search/front.hpp"
#include "search/workbench.hpp"

namespace rule_search {

/// All candidates with coefficients, as far as they are of any use together, fitted on the fit units.
Trial fit_of_all(Workbench& bench);

/// Where the objective allows it, all candidates are fitted at once, and taken out one after the other, the cheapest first.
/// Terms that are of no use one by one, since they make up for each other, are found so.
void reduce_from_all(Workbench& bench, Front& front);

}  // namespace rule_search
