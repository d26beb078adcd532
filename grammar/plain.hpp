// Letters and signs of papers, read as what the language writes in their place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source.hpp"

namespace rule_search {

/// A text in which these are written out: Greek letters as their names (`η` as eta), `Δw` as dw, `µs` as us, `·` and `×` as *, `∘`
/// and `⊙` as .*, `²` and `³` as .^2 and .^3, `≥` and `≤` as >= and <=. Comments and texts in double quotes stay as they are.
class PlainText {
 public:
  explicit PlainText(std::string_view written);
  const std::string& text() const { return text_; }
  /// Where a range of it stands in the text as it was written.
  Span written(Span plain) const;

 private:
  struct Piece {
    Span plain, written;
  };

  std::string text_;
  std::vector<Piece> pieces_;  // those that are written in another way
};

}  // namespace rule_search
