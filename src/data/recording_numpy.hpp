// Recordings in arrays of NumPy.
#pragma once

#include <string>

#include "data/numpy.hpp"
#include "data/recording.hpp"

namespace rule_search {

/// See read_layer_recording(): an archive .npz, or a folder of .npy files. Throws InputError with array and indices of what
/// is wrong.
LayerRecording read_numpy_recording(const std::string& path);
/// The same of arrays of a caller, who calls them `name`.
LayerRecording recording_of_arrays(const std::string& name, NumpyArrays::ByName arrays);

}  // namespace rule_search
