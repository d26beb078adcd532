// What is done to the trees of expressions after they were read.
#pragma once

#include <string>
#include <vector>

#include "syntax.hpp"

namespace rule_search {

/// The span without the white space and comments at its end.
Span trimmed(const std::string& text, Span span);
/// Makes a sum or product of one member that member, and every node reach over its children. Done after parsing, where
/// the tree can be moved freely.
void unwrap(syntax::Node& node);
/// All expressions of a file: of parts, updates, states and candidates.
std::vector<syntax::Node*> expressions(syntax::File& file);

}  // namespace rule_search
