// The best rule of every size: grown term by term, with steps back, then pruned term by term.
#pragma once

#include <map>

#include "search/workbench.hpp"

namespace rule_search {

/// Best trial found so far for every number of terms, on the fit episodes.
using Front = std::map<std::size_t, Trial>;

/// Adds terms one by one, dropping others again where that gives a better rule of a smaller size (floating
/// selection: Pudil, Novovicova & Kittler 1994), until more terms no longer lower the loss.
Front grow(Workbench& bench);

/// From the other side: where the objective allows it, all candidates fitted at once, and taken out one after the other,
/// the cheapest first. Terms that are of no use one by one, since they make up for each other, are found so.
void reduce_from_all(Workbench& bench, Front& front);

/// From the largest rule down to one term: drops the term whose loss costs least after refitting.
void prune(Workbench& bench, Front& front);

}  // namespace rule_search
