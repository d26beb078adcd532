// Derivatives of jagged losses: how a loss changes over a stretch, where its slope at a place says little.
#pragma once

#include <vector>

#include "fit/fit.hpp"

namespace rule_search {

/// Of the units of the request at theta, differentiated by all entries by central differences: each is multiplied by
/// exp(0.2) and exp(-0.2), and the difference of residuals divided by that of the entry; by entries that are 0 or held by a
/// bound on both sides there is none, and their derivatives are 0. A unit that diverges at one of these places has diverged.
std::vector<Outcome> with_wide_differences(const Rule& rule, const std::vector<double>& theta,
                                           const FitRequest& request);

}  // namespace rule_search
