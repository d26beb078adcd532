// What a user asks of the rule that a search may find.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expression/locality.hpp"
#include "expression/rule.hpp"

namespace rule_search {

struct Constraints {
  std::optional<Locality> locality;   ///< no term may reach farther
  std::vector<std::string> must;      ///< parameters whose terms are in every rule
  std::vector<std::string> must_not;  ///< parameters whose terms are in none
  struct Range {
    std::string parameter;
    double lower, upper;
  };
  std::vector<Range> ranges;
  std::size_t max_terms = 0;  ///< of a rule; 0 for no limit
  bool per_layer = false;     ///< every coefficient one number a connection
};

/// The candidates that are left, with their bounds. Throws InputError where a constraint names no candidate,
/// leaves none, or contradicts another.
Rule constrained(const Rule& candidates, const Constraints& constraints);

}  // namespace rule_search
