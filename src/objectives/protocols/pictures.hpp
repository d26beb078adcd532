// Measured changes beside those of a rule, as pictures.
#pragma once

#include <vector>

#include "objectives/protocols/objective.hpp"

namespace rule_search {

/// Over frequency and over delay where protocols are pairings that differ in it, the window of the rule in any case, and
/// measured changes over those of the rule.
std::vector<Picture> protocol_pictures(const ProtocolsObjective& objective, const FittedRule& rule);

/// By protocol what was measured, what the rule makes of it, and how many standard errors it misses.
Table protocols_table(const ProtocolsObjective& objective, const FittedRule& rule);

}  // namespace rule_search
