// How long a row of a recording lasts, by its times, beside how long a step of the rule is.
#pragma once

#include <optional>
#include <vector>

#include "data/recording.hpp"
#include "expression/rule.hpp"

namespace rule_search {

/// Seconds from a row to the next: the middle one of them, which a single gap does not change. `r` has two rows at least.
double step_of(const LayerRecording& r);

/// Within a hundredth of the shorter one.
bool same_step(double seconds, double others);

/// How many times one length is the other, where times in different units would be so: 60, 1000 or a million.
struct UnitsApart {
  double factor;
  const char* unit;   ///< of the numbers that are not in seconds
  bool is_of_larger;  ///< whether these are the larger ones
};
std::optional<UnitsApart> units_apart(double one, double other);

/// "milliseconds" or "microseconds" where the times of the rows, taken for those, are just the step of the rule; else null.
const char* looks_like(double row, double step);

/// Throws InputError where the rows of a recording with times are not as long as a step of the rule. Does nothing where
/// the rule does not say how long its step is.
void refuse_another_step(const Step& step, const std::vector<const LayerRecording*>& recordings);

}  // namespace rule_search
