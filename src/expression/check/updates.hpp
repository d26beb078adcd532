// The statements that give an expression: parts, what states become, and the weight change.
#pragma once

#include "expression/check/expressions.hpp"
#include "expression/check/mistakes.hpp"
#include "expression/check/scope.hpp"
#include "expression/rule.hpp"
#include "grammar/syntax.hpp"

namespace rule_search::check {

void read_parts(const syntax::File& file, Expressions& expressions, Scope& scope, Mistakes& mistakes);
/// Sets State::next.
void read_nexts(const syntax::File& file, Rule& rule, Expressions& expressions, Scope& scope, Mistakes& mistakes);
/// Sets Rule::bound where the rule has one.
void read_bound(const syntax::File& file, Rule& rule, Mistakes& mistakes);
/// Sets Rule::dw, which stays null where nothing gives it.
void read_update(const Source& source, const syntax::File& file, Rule& rule, Expressions& expressions,
                 Mistakes& mistakes);

}  // namespace rule_search::check
