// What a recording tells of its initial weights before any rule is known.
#pragma once

#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/scales.hpp"

namespace rule_search {

/// Initial weights, n x m: as recorded, else as first seen later, else what a layer that does not learn would need for the
/// first activities. Where a fit of them begins.
std::vector<double> known_initial_weights(const LayerRecording& recording, const RecordingsOptions& options,
                                          const ResidualScales& scales);

}  // namespace rule_search
