// What is asked of a search for a goal.
#pragma once

#include "network/plastic_layer.hpp"
#include "objectives/goals/goal.hpp"

namespace rule_search {

struct GoalOptions {
  Goal goal = &goal_rows().front();
  int neurons = 0;  ///< n, neurons; 0 for the goal's own number
  int inputs = 0;   ///< m; the same
  int steps = 0;    ///< T, inputs of a world; the same
  Activation activation = Activation::linear;
  double beta = 10;  ///< of softplus

  /// With the goal's own numbers in place of zeros. Throws InputError where they don't fit each other or the goal.
  GoalOptions completed() const;
};

}  // namespace rule_search
