// Expressions as text (which parses back to the same), as LaTeX, and written out for one synapse.
#pragma once

#include <string>
#include <vector>

#include "base/text.hpp"
#include "expression/rule.hpp"

namespace rule_search {

std::string print(const Expr& e, const std::vector<Parameter>& parameters);
/// A whole rule file. parse(print(rule)) is the rule again.
std::string print(const Rule& rule);
/// "dw = ...", and a line each for what its states are and become and for its signals: with a name before it the text
/// of a rule file, where no parameter is left in it.
std::string formula(const Rule& rule);
/// The same for tables and logs.
std::string on_one_line(std::string formula);
/// dw_ij for the synapse from presynaptic cell j to postsynaptic cell i, e.g. "-eta*err_post_i*pre_j".
std::string synapse_form(const Expr& e, const std::vector<Parameter>& parameters);

std::string latex(const Expr& e, const std::vector<Parameter>& parameters);
std::string latex_synapse_form(const Expr& e, const std::vector<Parameter>& parameters);
std::string latex_name(const std::string& parameter);
/// What a state is at the next step, on the left of its equation.
inline std::string latex_becomes(const std::string& state) { return state + "(t+1)"; }

}  // namespace rule_search
