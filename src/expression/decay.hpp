// States that a step can't hold: decay that is too fast for it, or written as a change where a value was asked for.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// A sentence or two for each state that after a step is `factor` times itself, and something else, where the factor is
/// below 0, or follows the time constant badly. Looked at with the initial values, and with time constants at their lower
/// bounds. States whose factor is not known (it depends on activities, say) are not judged.
std::vector<std::string> doubtful_decays(const Rule& rule);

}  // namespace rule_search
