// Exponential decay: how it stands in a rule, and states that a step can't hold.
#pragma once

#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// The time constant tau where e is exp(-step/tau), of a number, as `decay(tau)` writes it; else null, also where `decay` would
/// not take tau: a number that is not above 0, or one of these parameters without a unit. `step` in seconds, 0 for none.
Expr time_constant_of_decay(const Expr& e, double step, const std::vector<Parameter>* parameters = nullptr);
/// Whether one stands in the rule, which states its step then.
bool has_decay(const Rule& rule);

/// A sentence or two for each state that after a step is `factor` times itself, and something else, where the factor is
/// below 0, or follows the time constant badly. Looked at with the initial values, and with time constants at their lower
/// bounds. States whose factor is not known (it depends on activities, say) are not judged.
std::vector<std::string> doubtful_decays(const Rule& rule);

}  // namespace rule_search
