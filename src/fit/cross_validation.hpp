// How rules do on units that their coefficients don't know, where units are too few to keep some apart.
#pragma once

#include <vector>

#include "fit/objective.hpp"

namespace rule_search {

/// Scores every unit of Part::search by the coefficients that a fit without its fold has; in the order of the units.
/// `theta`, fitted to all of them, is where these fits begin: one Gauss-Newton step from there is the fit without the fold
/// where that fold does not matter much, and a fit is carried out where it does. A coefficient of which the other folds
/// know nothing is 0 or what is nearest to it within its bounds. `entries`: of theta, those that are fitted; all where the list
/// is empty.
Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                      const Execution& execution = {}, const std::vector<int>& entries = {});

}  // namespace rule_search
