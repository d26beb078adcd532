#include "fit/start.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace rule_search {

double factor_to_begin_with(const std::function<double(double factor)>& loss_with) {
  constexpr double as_good = 0.9;
  constexpr double smallest = 0x1p-6;
  double best = 1;
  double least = loss_with(1);
  if (!std::isfinite(least)) least = std::numeric_limits<double>::infinity();
  const double given = least;
  for (double factor = 2; factor >= smallest; factor /= 2) {
    if (factor == 1) continue;
    const double loss = loss_with(factor);
    if (!(loss < least)) continue;
    least = loss;
    best = factor;
  }
  return least < as_good * given ? best : 1;
}

std::vector<double> with_factor(const Rule& rule, const ParameterLayout& layout, std::vector<double> theta,
                                const std::vector<int>& entries, double factor) {
  for (int entry : entries) {
    const auto at = static_cast<std::size_t>(entry);
    if (!is_term(rule.parameters[static_cast<std::size_t>(layout.parameter[at])])) continue;
    theta[at] = std::clamp(factor * theta[at], layout.lower[at], layout.upper[at]);
  }
  return theta;
}

}  // namespace rule_search
