// From the largest rule of the front down to one term.
#pragma once

#include "search/front.hpp"

namespace rule_search {

/// Drops, size after size, the term whose loss costs least after refitting.
void prune(Workbench& bench, Front& front);

}  // namespace rule_search
