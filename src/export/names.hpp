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
  /// `taken`: keywords of the language and names that the code has anyway.
  explicit Names(std::span<const std::string_view> taken) : taken_(taken.begin(), taken.end()) {}

  /// Takes the name, or the first that is free of name_, name__ and so on.
  std::string take(const std::string& name) {
    std::string out = name;
    while (!taken_.insert(out).second) out += '_';
    return out;
  }
  /// Takes a name for what the rule calls `of_rule`; see of().
  const std::string& give(const std::string& of_rule) { return given_[of_rule] = take(of_rule); }
  /// What is called `of_rule` in the rule.
  const std::string& of(const std::string& of_rule) const { return given_.at(of_rule); }

 private:
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, std::string> given_;
};

}  // namespace rule_search
