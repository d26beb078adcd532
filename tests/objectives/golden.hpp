// Documents of numbers against what other software expects.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace rule_search::test {

/// How many numbers of nested lists and objects are not as expected, to `tolerance` of each; one missing counts as well.
inline int off(const nlohmann::json& found, const nlohmann::json& expected, double tolerance = 1e-9) {
  if (expected.is_number()) {
    const double x = expected;
    return !found.is_number() || !(std::abs(found.get<double>() - x) <= 1e-12 + tolerance * std::abs(x));
  }
  if (found.size() != expected.size()) return 1;
  int wrong = 0;
  for (const auto& [key, value] : expected.items())
    wrong += off(expected.is_array() ? found.at(std::stoul(key)) : found.at(key), value, tolerance);
  return wrong;
}

}  // namespace rule_search::test
