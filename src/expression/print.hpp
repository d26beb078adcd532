// Expressions as text (which parses back to the same), as LaTeX, and written out for one synapse.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

std::string print(const Expr& e, const std::vector<Parameter>& parameters);
/// A whole rule file. parse(print(rule)) is the rule again.
std::string print(const Rule& rule);
/// dw_ij for the synapse from presynaptic cell j to postsynaptic cell i, e.g. "-eta*err_post_i*pre_j".
std::string synapse_form(const Expr& e, const std::vector<Parameter>& parameters);

std::string latex(const Expr& e, const std::vector<Parameter>& parameters);
std::string latex_synapse_form(const Expr& e, const std::vector<Parameter>& parameters);
std::string latex_name(const std::string& parameter);

/// A number with as few digits as give it back exactly.
std::string shortest(double value);

}  // namespace rule_search
