// Recordings in comma-separated values.
#pragma once

#include <string>

#include "data/recording.hpp"

namespace rule_search {

/// See read_layer_recording(): a line for every time below a line of the names of columns. Throws InputError with line and
/// column of what is wrong.
LayerRecording read_csv_recording(const std::string& path);

}  // namespace rule_search
