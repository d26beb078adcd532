// How sure coefficients are, by the way that suits the loss.
#pragma once

#include <cstdint>
#include <vector>

#include "fit/objective.hpp"
#include "fit/uncertainty.hpp"

namespace rule_search {

/// Of the entries of a model, which have these values and bounds.
Certainty certainty_of(const Objective& objective, const QuadraticModel& model, const std::vector<double>& theta,
                       const std::vector<double>& lower, const std::vector<double>& upper, std::uint64_t seed);

}  // namespace rule_search
