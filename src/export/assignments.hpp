// A rule as a list of assignments, as code has it: what it reads more than once has a name.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// `name` becomes `value`.
struct Assignment {
  std::string name;
  Expr value;
  int state = -1;  ///< index of the state whose next value it is; -1 for others
};

/// Assignments in an order in which they can be carried out: parts, next values of states, and last the change of the
/// weights. States, weights and all else keep the values from before the step.
class Assignments {
 public:
  /// `take` gives names that are free.
  Assignments(const Rule& rule, const std::function<std::string(const std::string&)>& take);

  const std::vector<Assignment>& all() const { return all_; }
  /// The name of an earlier assignment with this value, or null.
  const std::string* named(const Expr& e) const;

 private:
  struct Part {
    int times = 0;
    std::string name;  ///< once its assignment is there
  };
  std::string key(const Expr& e) const;
  void count(const Expr& e);
  void write_parts_of(const Expr& e, const std::function<std::string(const std::string&)>& take);

  const Rule& rule_;
  std::map<std::string, Part> parts_;
  std::vector<Assignment> all_;
  int parts_named_ = 0;
};

}  // namespace rule_search
