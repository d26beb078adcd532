// Names of a rule in another language: its own where they are free there.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace rule_search {

/// Names that are taken in a piece of code, and what the names of a rule are there.
class Names {
 public:
  /// `taken`: keywords of the language and names that the code has anyway. `is_taken`: whether one of too many to list is. `suffix`: what a
  /// name has behind it that would else be one of these.
  explicit Names(std::span<const std::string_view> taken, bool (*is_taken)(std::string_view) = nullptr,
                 std::string_view suffix = "_")
      : taken_(taken.begin(), taken.end()), is_taken_(is_taken), suffix_(suffix) {}

  /// Takes the name, or the first that is free of name_, name__ and so on.
  std::string take(const std::string& name) {
    std::string out = name;
    while ((is_taken_ && is_taken_(out)) || !taken_.insert(out).second) out += suffix_;
    return out;
  }
  /// Takes a name for what the rule calls `of_rule`; see of().
  const std::string& give(const std::string& of_rule) { return given_[of_rule] = take(of_rule); }
  /// What is called `of_rule` in the rule.
  const std::string& of(const std::string& of_rule) const { return given_.at(of_rule); }

 private:
  std::set<std::string, std::less<>> taken_;
  bool (*is_taken_)(std::string_view) = nullptr;
  std::string_view suffix_;
  std::map<std::string, std::string> given_;
};

}  // namespace rule_search
