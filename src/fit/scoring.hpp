// How a rule does as it is, without fitting.
#pragma once

#include <vector>

#include "expression/rule.hpp"
#include "fit/objective.hpp"

namespace rule_search {

/// Scores a rule with values theta on the first `count` units of a part.
Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment = false, const Execution& execution = {});
}  // namespace rule_search
