// What a rule that decodes is put beside.
#pragma once

#include <vector>

#include "objectives/decoding/objective.hpp"

namespace rule_search {

/// Kalman filter, ridge regression, the delta rule on smoothed counts with its rate fitted, and the found rule with errors that
/// travel back by fixed random weights, refitted; all scored on the test sessions of the found rule.
std::vector<Baseline> decoding_baselines(const DecodingObjective& objective, const FittedRule& found,
                                         const ComparisonRequest& request, Steps& steps);

}  // namespace rule_search
