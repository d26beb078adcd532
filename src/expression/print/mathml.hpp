// Expressions as MathML Core, which browsers set without help. Pieces go inside <math>; names of parameters
// are identifiers of the language, so nothing in them needs escaping.
#pragma once

#include <string>
#include <vector>

#include "expression/print/symbols.hpp"
#include "expression/rule.hpp"

namespace rule_search {

/// The summands of e, each with its sign: a line can be broken between them.
std::vector<std::string> mathml_summands(const Expr& e, const Symbols& symbols);

std::string mathml_number(double value);
std::string mathml_name(const std::string& parameter);
/// Of a state or signal, see latex_name_of_variable().
std::string mathml_name_of_variable(const std::string& name);
std::string mathml_fence(const char* left, const std::string& inner, const char* right);

}  // namespace rule_search
