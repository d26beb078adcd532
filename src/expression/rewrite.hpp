// Expressions with some of their leaves exchanged.
#pragma once

#include <string>
#include <vector>

#include "expression/expression.hpp"

namespace rule_search {

/// e with these operands, by the makers that normalise.
Expr rebuild(const Expr& e, std::vector<Expr> args);
/// e with every parameter i replaced by values[i] where `replace[i]`.
Expr substitute(const Expr& e, const std::vector<bool>& replace, const std::vector<double>& values);
/// e with parameter i renumbered to index[i].
Expr renumber(const Expr& e, const std::vector<int>& index);
/// e with what all of its states of `replace` have become 0.
Expr with_zero_states(const Expr& e, const std::vector<bool>& replace);
/// e with pre and post, all of both, 0.
Expr with_zero_activities(const Expr& e);
/// e with another name of this state.
Expr with_name_of_state(const Expr& e, int state, const std::string& name);
/// e with state i (or signal i) renumbered to index[i].
Expr renumber_variables(const Expr& e, Op kind, const std::vector<int>& index);

}  // namespace rule_search
