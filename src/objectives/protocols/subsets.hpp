// Chi squared of every set of the candidate terms, where these are few.
#pragma once

#include <optional>

#include "objectives/protocols/objective.hpp"

namespace rule_search {

/// Nothing where there are more candidate terms than `most_terms_of_subsets`, terms that must be there, or thresholds.
std::optional<Table> subsets_table(const ProtocolsObjective& objective, const FittedRule& found,
                                   const ComparisonRequest& request, Steps& steps);

}  // namespace rule_search
