// What a search for a rule that learns from reward shows beside what all searches do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fit/exhibits.hpp"
#include "fit/fitted_rule.hpp"
#include "objectives/reward/long_sessions.hpp"

namespace rule_search {

/// Share of right trials against trials, the mean over sessions with its interval. `titles`: of the rules, as tables print
/// them.
Picture learning_curves(const std::vector<std::string>& titles, const std::vector<LongSessions>& rules);

/// Of a term of what a trace becomes, (xbar - net)^post (pre^pre)'.
struct TraceExponents {
  int post = 0, pre = 0;
};
/// Those of the terms of a parameter; none where they are no such product.
std::optional<TraceExponents> trace_exponents(const Rule& rule, int parameter);

/// The coefficients of the trace by both exponents. None where the rule has other terms than such products.
std::optional<Picture> trace_picture(const FittedRule& rule);

/// Fixed points of the networks before and after the first `count` test sessions, under the input of the response, and what
/// happens near by; as Maoutsa (2025), arXiv 2512.09366, looks at them.
Table dynamics_table(const FittedRule& rule, const RewardObjective& objective, std::size_t count);

}  // namespace rule_search
