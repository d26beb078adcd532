// How deep and how long an expression may be. What comes after reading goes down its tree by recursion, so
// the limits are what keeps the stack from overflowing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnostic.hpp"
#include "syntax.hpp"

namespace rule_search {

/// Of the text, before the parser sees it and without recursion.
std::optional<Diagnostic> too_deep(const std::string& text);
/// Of an expression that was read.
void check_size(const syntax::Node& node, std::vector<Diagnostic>& errors);

}  // namespace rule_search
