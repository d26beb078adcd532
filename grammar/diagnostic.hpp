// Errors a user can mend: what, where, expected, found, how to mend.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "source.hpp"

namespace rule_search {

/// One mistake in a source text. `expected`, `found` and `hint` may be empty.
struct Diagnostic {
  Span span;
  std::string message;
  std::string expected;
  std::string found;
  std::string hint;
  std::optional<std::size_t> open = {};  ///< where the parenthesis is that the hint says to close
};

/// The hint to close the parenthesis at this place.
std::string close_parenthesis(Place open);

/// "file:line:column: error: message", the line, a caret, expected and found, the hint.
std::string render(const Source& source, const Diagnostic& diagnostic);

/// All diagnostics in the order of their places; after the first twenty only their number.
std::string render(const Source& source, const std::vector<Diagnostic>& diagnostics);

/// A rule file with mistakes; `what()` is the rendering of the first of them.
class RuleError : public InputError {
 public:
  /// So many are kept, in the order of their places.
  static constexpr std::size_t most_kept = 100;

  RuleError(Source source, std::vector<Diagnostic> diagnostics);
  const Source& source() const { return source_; }
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  /// How many more there are than were kept.
  std::size_t left_out() const { return left_out_; }

 private:
  Source source_;
  std::vector<Diagnostic> diagnostics_;
  std::size_t left_out_;
};

}  // namespace rule_search
