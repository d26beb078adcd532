// The best rule of every size, as far as a search has come.
#pragma once

#include <map>

#include "search/workbench.hpp"

namespace rule_search {

/// Best trial found so far for every number of terms, on the fit units.
using Front = std::map<std::size_t, Trial>;

/// Keeps the better of both at its size. True where that is a trial worth going on from: the first of its size, or better
/// than the one before by more than what the end of a fit leaves to chance.
bool keep(Front& front, const Trial& trial);

/// The best rule with one term less, of the `tries` terms whose removal the quadratic model finds cheapest. Fits that will
/// not come below `goal` are not carried through. Its loss is infinite where there is none.
Trial reduced(Workbench& bench, const Trial& now, const QuadraticModel& model, std::size_t tries, int iterations,
              double goal);

/// Of pools with a slow loss, where a fit starts and which ones are worth going on with need not be known on all units.
std::size_t half_of_fit(const Workbench& bench);

}  // namespace rule_search
