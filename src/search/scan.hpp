// Where the fit of a rule with one term more begins.
#pragma once

#include <vector>

#include "search/screening.hpp"

namespace rule_search {

/// The best known rules of the same size that have `parameter` in place of one of the terms of `now`.
std::vector<const Trial*> relatives(const Workbench& bench, const Trial& now, std::size_t parameter);

/// The loss is far from its quadratic model, whose step can be too long by orders of magnitude or end in a worse place than a
/// step the other way: of a row of ever longer steps to both sides, the best is where a fit starts. A term that does part of
/// what others did so far wants these smaller; that way lies in a bent valley which a fit follows slowly.
Trial scanned(Workbench& bench, const Trial& now, const Entrant& entrant);

}  // namespace rule_search
