// What feedback weights learn before an episode.
#pragma once

#include <vector>

#include "objectives/few_shot/episode.hpp"

namespace rule_search {

/// Feedback weights that learn take a step for each of `inputs` (samples one after the other), while the forward weights
/// stay as they are at the start. No label and no coefficient of the rule takes part, so that this is done once.
void warm_up(Episode& episode, const std::vector<double>& inputs);

}  // namespace rule_search
