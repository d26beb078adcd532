// Text to syntax tree. Nothing outside parser.cpp knows how parsing is done.
#pragma once

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

}  // namespace rule_search
