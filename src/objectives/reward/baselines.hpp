// What a found three-factor rule is compared with: Miconi's rule, and a rule that knows what no neuron knows.
#pragma once

#include <vector>

#include "fit/objective.hpp"
#include "objectives/reward/objective.hpp"

namespace rule_search {

std::vector<Baseline> reward_baselines(const RewardObjective& objective, const ComparisonRequest& request,
                                       Steps& steps);

}  // namespace rule_search
