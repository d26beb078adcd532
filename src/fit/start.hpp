// Where fits begin that are given values to begin with.
#pragma once

#include <functional>
#include <vector>

#include "expression/rule.hpp"
#include "plan/layout.hpp"

namespace rule_search {

/// Values that suit one network are too large for another, which has more connections or learns for longer, and a fit that
/// begins where networks blow up doesn't come out. So coefficients are tried with a common factor of 2, 1, 1/2, ... 1/64:
/// this is the one of the least loss, or 1 where that is as good but for a tenth. `loss_with` may be infinite.
double factor_to_begin_with(const std::function<double(double factor)>& loss_with);

/// Theta with the coefficients among `entries` times `factor`, within their bounds. Shape parameters stay.
std::vector<double> with_factor(const Rule& rule, const ParameterLayout& layout, std::vector<double> theta,
                                const std::vector<int>& entries, double factor);

}  // namespace rule_search
