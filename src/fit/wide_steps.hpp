// Intervals where the loss is jagged: derivatives at a place say little there, and steps of a factor of two say a lot.
#pragma once

#include <cstdint>
#include <vector>

#include "fit/uncertainty.hpp"

namespace rule_search {

/// A wide step of an entry of theta is one to its double or its half; of one that is 0, to the smallest size of the others and
/// to minus that. A model of pairs of steps takes so many units that it is not made of more entries than this.
constexpr std::size_t most_entries_in_wide_steps = 8;

/// The loss of every unit of the request as a quadratic function of the logarithms of the entries, through its values at theta,
/// after one step of an entry each way, and after opposite steps of two. Where a unit diverges after such a step, steps are
/// half as wide, or a quarter; where it still does, or there are too many entries, the model is not usable. It is one of the
/// entries that the request has, or of all; slopes and curvatures are divided by the entries.
QuadraticModel model_over_wide_steps(const Rule& rule, const std::vector<double>& theta, const FitRequest& request);

/// Runs of units that it takes for so many entries where nothing diverges.
std::size_t runs_over_wide_steps(std::size_t units, std::size_t entries);

/// Where the least of the model of other units would lie: units are drawn with replacement, 1,000 times, and intervals are
/// expanded percentiles (Hesterberg 2015) that hold the entry itself. The least is looked for
/// within a factor of 16. An interval that would reach a factor of four, or for an entry of 0 that many steps, ends at 0 or at
/// infinity: the units do not tell. `theta` are the model's entries.
Certainty certainty_of_wide_steps(const QuadraticModel& model, const std::vector<double>& theta,
                                  const std::vector<double>& lower, const std::vector<double>& upper,
                                  std::uint64_t seed);

}  // namespace rule_search
