// Recordings whose activities follow from their weights otherwise than is said of them.
#pragma once

#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// Compares post with f(w pre) wherever all of it was recorded, over all recordings. Throws InputError where another
/// reading of the same files (w transposed, w of the row before, another activation) leaves less than a tenth of the
/// error, and so says that no rule found from them can be right. Both errors are of the values that both readings give
/// an input current for; there are ten different ones at least.
void refuse_contradictions(const std::vector<LayerRecording>& recordings, const RecordingsOptions& options);

}  // namespace rule_search
