// Text to syntax tree. Nothing outside parser.cpp knows how parsing is done.
#pragma once

#include <string_view>
#include <vector>

#include "diagnostic.hpp"
#include "syntax.hpp"

namespace rule_search {

struct Parsed {
  syntax::File file;
  std::vector<Diagnostic> errors;  ///< syntax errors; after one, parsing goes on at the next statement
};

/// Parses a whole rule file. Never throws for what the text holds.
Parsed parse(const Source& source);

/// The words that can't be used as names of parameters or parts, since statements begin with them or mean
/// them.
const std::vector<std::string>& reserved_words();

}  // namespace rule_search
