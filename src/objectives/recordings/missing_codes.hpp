// Numbers that stand for "not recorded", as -999.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/recording.hpp"

namespace rule_search {

/// Throws InputError where a column of pre, post, w or target holds a number that is known as such a code (-999, -9999,
/// 9999, 1e30 and the like) and is far from all others of the column. Names file, column, first row and how many there are.
void refuse_missing_codes(const LayerRecording& recording);

/// The same of a series among the others, where there is one of this name.
void refuse_missing_codes(const LayerRecording& recording, const std::string& series);

/// What to tell of a number that may be such a code: it is in a column more than once to the last digit, a hundred times as
/// large as all others, and more than 50 of their standard deviations away from them.
std::optional<std::string> lone_values(const std::vector<const LayerRecording*>& recordings);

}  // namespace rule_search
