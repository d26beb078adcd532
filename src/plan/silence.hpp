// What a rule does while no neuron spikes.
#pragma once

#include "plan/plan.hpp"

namespace rule_search::plan {

/// A step of one synapse in which pre, post and all signals are 0, whatever the parameters are.
enum class Silence {
  exponential,  ///< every state is multiplied by a number of its own and the weight stays: any time can pass at once
  linear,       ///< states and weight become linear functions of what they were: many whole steps can pass at once
  other,        ///< it has to be carried out step by step
};

/// Found without looking at a number: what is multiplied by 0 is 0.
Silence silence(const Plan& plan);

}  // namespace rule_search::plan
