// The mistakes that were found in a text so far.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/diagnostic.hpp"

namespace rule_search::check {

/// A word that people bring from papers or other languages, and what to write in its place.
struct ForeignWord {
  std::string_view name, hint;
};

/// "" for a word that is not in the list.
template <std::size_t N>
std::string_view hint_of(const ForeignWord (&words)[N], std::string_view name) {
  for (const ForeignWord& word : words) {
    if (word.name == name) return word.hint;
  }
  return "";
}

class Mistakes {
 public:
  /// Begins with those of the parser.
  explicit Mistakes(std::vector<Diagnostic> of_syntax);

  void add(Diagnostic mistake) { all_.push_back(std::move(mistake)); }
  void add(Span span, std::string message, std::string expected = "", std::string found = "", std::string hint = "") {
    all_.push_back({span, std::move(message), std::move(expected), std::move(found), std::move(hint)});
  }
  std::size_t size() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  std::vector<Diagnostic> take() { return std::move(all_); }

  /// Whether the parser found any: then part of the text is missing, and the whole can't be judged.
  bool of_syntax() const { return !syntax_.empty(); }
  /// Whether the parser found one there: a number that could not be read must not be judged as well.
  bool of_syntax_within(Span span) const;
  /// What in `known` is meant by a name, for a hint; "" where nothing is near, or nobody reads hints any more.
  std::string nearest(const std::string& name, const std::vector<std::string>& known) const;

 private:
  std::vector<Diagnostic> all_;
  std::vector<std::size_t> syntax_;  ///< where those of the parser begin, in order
};

}  // namespace rule_search::check
