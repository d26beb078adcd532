// What a rule file declares: its name and citations, parameters, states and signals.
#pragma once

#include "expression/check/mistakes.hpp"
#include "expression/check/scope.hpp"
#include "expression/rule.hpp"
#include "grammar/syntax.hpp"

namespace rule_search::check {

void read_head(const syntax::File& file, Rule& rule, Mistakes& mistakes);
/// Rule::step, and what dt stands for where a statement `step` gives it. A `let dt` is read as every other part.
void declare_step(const syntax::File& file, Rule& rule, Scope& scope, Mistakes& mistakes);
void declare_parameters(const syntax::File& file, Rule& rule, Scope& scope, Mistakes& mistakes);
/// The states without what they become. `path` is that of the rule file; see read_initial_values().
void declare_states(const syntax::File& file, const std::string& path, Rule& rule, Scope& scope, Mistakes& mistakes);
void declare_signals(const syntax::File& file, Rule& rule, Scope& scope, Mistakes& mistakes);

}  // namespace rule_search::check
