// A rule of the path that the user asked for, in place of the chosen one.
#pragma once

#include "search/choice.hpp"

namespace rule_search {

/// Puts the path's rule of `terms` terms in place of the chosen one, with all that is reported of it: the
/// removal of each term, refitted, and standard errors. Where the path has none of that size, the nearest,
/// the smaller of two.
void select(Workbench& bench, Choice& choice, std::size_t terms);

/// Throws InputError where no search among these candidates, constrained already, can report a rule of options.select terms.
void check_select(const Rule& candidates, const SearchOptions& options);

/// For every term of the rule the rest, fitted on the refit units.
std::vector<Trial> removals(Workbench& bench, const Trial& whole);

}  // namespace rule_search
