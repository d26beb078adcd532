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
/// them; `trials`: of a session.
Picture learning_curves(const std::vector<std::string>& titles, const std::vector<LongSessions>& rules, int trials);

/// Of (xbar - net)^post (pre^pre)', where xbar is a state of the postsynaptic neurons.
struct TraceExponents {
  int post = 0, pre = 0;
};
/// What a parameter multiplies in what a trace becomes: `factor` times such a product.
struct TraceTerm {
  TraceExponents at;
  double factor = 1;
};
/// None where it multiplies anything else, or in another state as well.
std::optional<TraceTerm> trace_term(const Rule& rule, int parameter);

/// The coefficients of the trace by both exponents. None where the rule has other terms than such products.
std::optional<Picture> trace_picture(const FittedRule& rule);

/// Fixed points of the networks before and after the first `count` test sessions, under the input of the response, and what
/// happens near by; as Maoutsa (2025), arXiv 2512.09366, looks at them.
/// None of networks so large that it would take long.
std::optional<Table> dynamics_table(const FittedRule& rule, const RewardObjective& objective, std::size_t count);

}  // namespace rule_search
