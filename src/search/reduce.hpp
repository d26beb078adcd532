// From all terms downwards.
#pragma once

#include "search/front.hpp"

namespace rule_search {

/// Where the objective allows it, all candidates are fitted at once, and taken out one after the other, the cheapest first.
/// Terms that are of no use one by one, since they make up for each other, are found so.
void reduce_from_all(Workbench& bench, Front& front);

}  // namespace rule_search
