// The values of switches in silence.
#pragma once

#include <vector>

#include "plan/silence.hpp"

namespace rule_search::plan {

/// The value of a switch where its state is x. `parameters`: a value for each of the plan.
double value_of(const Plan& plan, const Switch& of, const std::vector<double>& parameters, double x);

/// Whether it compares its state with 0, which what decays never passes, however small it is.
bool compares_with_zero(const Plan& plan, const Switch& of, const std::vector<double>& parameters);

}  // namespace rule_search::plan
