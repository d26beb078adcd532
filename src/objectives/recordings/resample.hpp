// Recordings brought to rows that are one step of the rule each.
#pragma once

#include <string>
#include <vector>

#include "data/recording.hpp"
#include "expression/rule.hpp"

namespace rule_search {

/// A recording with a row for every `step` seconds from its first time on.
///
/// Steps that are shorter than its rows: what a rule is given (pre, signals, target, err_pre) is held until the next row;
/// what is compared (w, post, choice) stands at the steps that fall on a recorded time, within a tenth of a step, and was
/// not recorded at others. A gap of several steps is filled in the same way.
///
/// Steps of k rows: what a rule is given, and post, are means over the rows of the step; the weights are those of its
/// first row. A post that is missing in one row is missing in the step.
///
/// Throws InputError where the recording has no times, the longer step is not a whole number of rows, its rows are uneven
/// then or its rows have choices, or what comes out is too short or too large.
LayerRecording resampled(const LayerRecording& recording, double step);

/// Resamples all. Returns what was done, a sentence or two for all recordings of one step. Throws InputError as above.
std::vector<std::string> resample(std::vector<LayerRecording>& recordings, const Step& step);

}  // namespace rule_search
