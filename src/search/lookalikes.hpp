// Terms that could stand in the place of those that were found.
#pragma once

#include <functional>

#include "fit/uncertainty.hpp"
#include "search/workbench.hpp"

namespace rule_search {

/// Pairs above this are reported.
constexpr double alike = 0.95;
/// Whether |partial_correlation| is above it over all units and over all but each one: a single unit at
/// the edge of stability makes all terms look alike.
bool always_alike(const QuadraticModel& model, const std::vector<int>& a, const std::vector<int>& b,
                  const std::vector<int>& others);
/// Of larger pools only so many are compared, those that screening ranked first.
constexpr std::size_t most_compared = 64;

/// Fills lookalikes and compared: the terms that are in `found`, at the optimum, with one another and with
/// candidates that are not, on the fit units. `meanwhile`, where it is given, is carried out at the same time, if there are threads for it; see
/// Workbench::ahead().
void find_lookalikes(Workbench& bench, const Trial& found, SearchResult& result,
                     const std::function<void(Workbench&)>& meanwhile = {});

}  // namespace rule_search
