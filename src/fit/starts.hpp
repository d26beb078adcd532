// Fits of rules whose shape parameters have several valleys.
#pragma once

#include <vector>

#include "fit/fit.hpp"

namespace rule_search {

class Steps;

/// The best of several fits, which differ in where shape parameters begin: at `start`, and at values spread within their
/// bounds, of time constants within a factor of ten around `start`. At every one the coefficients alone are fitted; the best few
/// go on with all entries that the request moves. Thresholds, which are scanned, stay at `start`. One fit where nothing gives terms their form.
FittedRule fit_from_several(const Rule& rule, const std::vector<double>& start, const FitRequest& request,
                            Steps& steps);

}  // namespace rule_search
