// The `candidates` statements: generated terms, each with a coefficient of its own.
#pragma once

#include "expression/check/expressions.hpp"
#include "expression/check/mistakes.hpp"
#include "expression/check/scope.hpp"
#include "expression/rule.hpp"
#include "grammar/syntax.hpp"

namespace rule_search::check {

/// Throws InputError where a degree is asked for and the rule has no candidates, or none of that degree.
void check_degree(const syntax::File& file, const Rule& rule, int degree);
/// Adds to rule.dw what the statements stand for, up to `degree` where that is above 0, and the coefficients to
/// rule.parameters.
void add_candidates(const syntax::File& file, int degree, Rule& rule, Expressions& expressions, Scope& scope,
                    Mistakes& mistakes);

}  // namespace rule_search::check
