// A rule of the path that the user asked for, in place of the chosen one.
#pragma once

#include "search/choice.hpp"

namespace rule_search {

/// Puts the path's rule of `terms` terms in place of the chosen one, with all that is reported of it: the
/// removal of each term, refitted, and standard errors. Where the path has none of that size, the nearest,
/// the smaller of two.
void select(Workbench& bench, Choice& choice, std::size_t terms);

}  // namespace rule_search
