// Counts that are in bins already: files .npz and .csv.
#pragma once

#include <string>

#include "data/neural/recording.hpp"

namespace rule_search {

/// See read_neural_recording(); without lag and smoothing.
NeuralRecording read_binned_numpy(const std::string& path, double bin);
NeuralRecording read_binned_csv(const std::string& path, double bin);

}  // namespace rule_search
