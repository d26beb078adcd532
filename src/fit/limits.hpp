// How far a fit lets parameters go.
#pragma once

#include <optional>
#include <utility>

#include "fit/objective.hpp"
#include "fit/quadratic.hpp"
#include "plan/layout.hpp"

namespace rule_search {

/// A time constant without an upper bound is kept below so many times the time of the longest unit: what is remembered for
/// longer than the data last can't be told from what is never forgotten.
constexpr double most_durations = 100;

/// Where every parameter stands and between which bounds it is fitted: those of the rule, and for time constants without an
/// upper one `most_durations` times the steps of the objective's longest unit. The length of a step is what the rule
/// divides by the time constant, as in dt/tau, and 1 s where it divides no number.
ParameterLayout fit_layout(const Rule& rule, const Objective& objective);

/// Whether a value lies where only fit_layout() has a bound, and the rule has none.
bool at_limit(const ParameterLayout& layout, std::size_t entry, double value, const Parameter& parameter);

/// Whether the loss changes with an entry of theta where its model is.
bool has_slope(const QuadraticModel& model, std::size_t entry);

/// What is known of a shape parameter.
struct ShapeInterval {
  double low, high;  ///< 95 %; not a number where it is not determined
  bool has_slope;
  bool at_limit;  ///< see at_limit()
  bool
      determined;  ///< false also where the interval is all that the bounds allow, or ends a factor of `most_apart` apart
};
/// The ends of an interval of a time constant that says anything differ by less than this factor.
constexpr double most_apart = 1000;
/// Of an entry of `layout`, a fit_layout(), that is one of `parameter` and was fitted to `value`: `half` is half the width
/// of the interval of the value, for a time constant to first order that of its logarithm times the value.
/// `ends`: those of the interval, where it is not symmetric.
ShapeInterval shape_interval(const Parameter& parameter, const ParameterLayout& layout, std::size_t entry, double value,
                             double half, bool has_slope, const std::optional<std::pair<double, double>>& ends = {});

}  // namespace rule_search
