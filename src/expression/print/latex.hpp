// Expressions in matrix form as LaTeX.
#pragma once

#include <string>

#include "expression/print/symbols.hpp"
#include "expression/rule.hpp"

namespace rule_search {

std::string latex(const Expr& e, const Symbols& symbols);
/// A number as C++ writes it, with a power of ten where it has an exponent: "1e-05" as "10^{-5}".
std::string latex_number(const std::string& number);
std::string latex_name(const std::string& parameter);
/// Of a state or signal: one that is called x or y has a bar, as traces have, since activities are x and y.
std::string latex_name_of_variable(const std::string& name);
/// What a state is at the next step, on the left of its equation.
inline std::string latex_becomes(const std::string& state) { return state + "(t+1)"; }

}  // namespace rule_search
