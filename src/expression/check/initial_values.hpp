// What states begin with.
#pragma once

#include <string>

#include "expression/check/mistakes.hpp"
#include "expression/rule.hpp"
#include "grammar/syntax.hpp"

namespace rule_search::check {

/// Sets State::initial, or State::elements and State::columns, of a state whose shape is known. A file that the statement
/// names stands in the folder of the rule file, `rule_path`: numbers with commas between them, for a matrix a line for each
/// element of its first side, for a column one line or one number a line; lines that begin with # are comments.
void read_initial_values(const syntax::State& written, const std::string& rule_path, State& state, Mistakes& mistakes);

}  // namespace rule_search::check
