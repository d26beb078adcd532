// What a rule does while no neuron spikes.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "plan/plan.hpp"

namespace rule_search::plan {

/// A step of one synapse in which pre, post and all signals are 0, whatever the parameters are; where it is linear or switched,
/// behind steps_to_settle() such steps.
enum class Silence {
  exponential,  ///< every state is multiplied by a number of its own and the weight stays: any time can pass at once
  linear,       ///< states and weight become linear functions of what they were: many whole steps can pass at once
  switched,     ///< linear as long as no comparison changes, see switches()
  other,        ///< it has to be carried out step by step
};

/// Steps until states that nothing comes into in silence, delayed spikes for example, are 0.
int steps_to_settle(const Plan& plan);

/// States that nothing comes into in silence.
std::set<std::size_t> gone(const Plan& plan);

/// Found without looking at a number: what is multiplied by 0 is 0.
Silence silence(const Plan& plan);

/// A comparison, `step` or `sign` that a state decides which in silence is multiplied by a number of its own: where that is
/// between 0 and 1, its value changes in one direction alone.
struct Switch {
  int instruction = none;  ///< of the plan
  std::size_t state = 0;
};

/// All comparisons that change in silence, where the rule is linear between such changes; else none.
std::vector<Switch> switches(const Plan& plan);

/// The plan where each of these is a further parameter, behind those of the rule.
Plan with_switches_given(Plan plan, const std::vector<Switch>& switches);

}  // namespace rule_search::plan
