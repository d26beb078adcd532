// What the neurons of a network can tell a rule.
#pragma once

#include <string>

#include "evaluate/inputs.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Throws InputError where the plan reads a quantity of which `inputs` have no column and which connections don't know
/// themselves. `owner`: who has it not, as "a single layer"; `hint`: what to do.
template <class T>
void refuse_unknown_quantities(const plan::Plan& plan, const Inputs<T>& inputs, const std::string& owner,
                               const std::string& hint);

}  // namespace rule_search
