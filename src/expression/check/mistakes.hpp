// The mistakes that were found in a text so far.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "grammar/diagnostic.hpp"

namespace rule_search::check {

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
