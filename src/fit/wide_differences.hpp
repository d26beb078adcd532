// Derivatives of jagged losses: how a loss changes over a stretch, where its slope at a place says little.
#pragma once

#include <vector>

#include "fit/fit.hpp"

namespace rule_search {

/// Of the units of the request at theta, differentiated by all entries by central differences: each is multiplied by
/// exp(0.2) and exp(-0.2), within its bounds, and the difference of residuals divided by that of the entry; one that is 0 goes
/// to 0.2 of the mean size of the others. A unit that diverges at one of these places has diverged.
std::vector<Outcome> with_wide_differences(const Rule& rule, const std::vector<double>& theta,
                                           const FitRequest& request);

}  // namespace rule_search
