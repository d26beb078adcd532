// How a rule does as it is, without fitting.
#pragma once

#include <vector>

#include "expression/rule.hpp"
#include "fit/objective.hpp"

namespace rule_search {

/// Scores a rule with values theta on the first `count` units of a part.
Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment = false, const Execution& execution = {});

/// The scores of several rules with their values, the same as one by one: every unit is run for all rules before the next,
/// so that what is drawn for it is drawn once.
std::vector<Score> scores_together(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                                   std::size_t count, const Execution& execution = {});

}  // namespace rule_search
