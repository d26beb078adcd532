// How a rule does in the sessions of reports, which are longer than those of a search.
#pragma once

#include <vector>

#include "fit/criterion.hpp"
#include "fit/objective.hpp"
#include "objectives/reward/objective.hpp"

namespace rule_search {

struct LongSessions {
  Criterion criterion;
  std::vector<std::vector<double>>
      right;  ///< by session and block of `trials_of_residual` trials: the share that was right
};

/// The objective with sessions as long as its reports ask for.
RewardObjective of_reports(const RewardObjective& objective);

/// On the first `count` test sessions.
LongSessions long_sessions(const FittedRule& rule, const RewardObjective& objective, std::size_t count, Steps& steps);

}  // namespace rule_search
