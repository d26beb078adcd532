// What goes on after a mistake: what is kept of a statement that could not be read, what the message says, and where
// reading goes on. Knows nothing of how statements are read.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "diagnostic.hpp"
#include "parser.hpp"

namespace rule_search {

class Recovery {
 public:
  /// Keeps both. Mistakes go to parsed.errors.
  Recovery(const Source& source, Parsed& parsed) : source_(source), parsed_(parsed) {}

  /// A statement is going to be read at the offset `start`.
  void begin(std::size_t start);
  /// It has been read.
  void succeeded();
  /// What stands there begins no statement. The offset where reading goes on.
  std::size_t stray();
  /// The statement broke off at `offset`, where the parser expected `which`. The offset where reading goes on.
  std::size_t broken(std::size_t offset, const std::string& which);

 private:
  syntax::Node* newest_expression();
  void keep_name();
  std::size_t tell(std::size_t offset, Diagnostic diagnostic);

  const Source& source_;
  Parsed& parsed_;
  std::size_t start_ = 0;                   ///< of the statement
  std::array<std::size_t, 3> before_ = {};  ///< how many lets, updates and nexts there were before it
  syntax::Node* last_ = nullptr;  ///< the expression that was read last, where what was read last ends with one
};

}  // namespace rule_search
