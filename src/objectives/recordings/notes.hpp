// What a user should know of recordings before a search on them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// A sentence or two each: of columns that no candidate asks for, uneven times, rows that are there twice, numbers that may
/// stand for "not recorded", weights at a bound, and recordings that are pieces of a long one, where a rule has states.
/// What is wrong with several recordings is told of one.
std::vector<std::string> notes_on_recordings(const std::vector<const LayerRecording*>& recordings,
                                             const RecordingsOptions& options, const plan::Plan& candidates);

/// Of fewer than eight recordings to search on: how large the cost of leaving out a term must be to be told.
std::optional<std::string> too_few_to_tell(std::size_t recordings);

/// Whether rows 2k and 2k + 1 are alike in all but the time, all through the recording, and not all rows are.
bool has_rows_twice(const LayerRecording& recording);

}  // namespace rule_search
