// What a found three-factor rule is compared with: Miconi's rule, and a rule that knows what no neuron knows.
#pragma once

#include <vector>

#include "fit/criterion.hpp"
#include "fit/objective.hpp"
#include "objectives/reward/objective.hpp"

namespace rule_search {

/// On the first `count` test sessions, which are as long as the reports ask for.
Criterion criterion(const FittedRule& rule, const RewardObjective& objective, std::size_t count, Steps& steps);

std::vector<Baseline> reward_baselines(const RewardObjective& objective, const ComparisonRequest& request,
                                       Steps& steps);

}  // namespace rule_search
