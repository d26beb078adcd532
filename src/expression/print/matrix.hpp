// Expressions written out over whole layers, as the language has them.
#pragma once

#include <string>

#include "expression/print/notation.hpp"
#include "expression/print/symbols.hpp"
#include "expression/rule.hpp"

namespace rule_search {

/// e, with parentheses where it holds together less tightly than `at_least`.
std::string matrix_form(const Expr& e, const Symbols& symbols, const Notation& notation,
                        Binding at_least = sum_binding);
/// A summand with its sign, which is left out where it is a plus at the beginning.
std::string signed_summand(const Expr& e, bool first, const Symbols& symbols, const Notation& notation);

}  // namespace rule_search
