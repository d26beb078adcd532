// Which recordings train, which validate and which test; and which units each of these parts has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/recording.hpp"
#include "fit/part.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// By Part: numbers of recordings, in the order of the split.
using RecordingSplit = std::array<std::vector<std::size_t>, 3>;

/// 40 : 30 : 30, at least two for each, in an order that follows from the seed. There must be six recordings at least.
RecordingSplit split_recordings(std::size_t count, std::uint64_t seed);

/// A postsynaptic neuron of a recording, with its synapses.
struct RecordingUnit {
  std::size_t recording;  ///< by number in its part
  std::size_t neuron;
};

/// By Part: neurons of which something was recorded that a rule could explain, recording by recording. Throws InputError
/// where a recording has none.
std::array<std::vector<RecordingUnit>, 3> units_of(const std::vector<LayerRecording>& recordings,
                                                   const RecordingSplit& split, const RecordingsOptions& options);

/// What is known of a held-out recording before its second half, by which a rule is judged. Throws InputError where one of
/// both halves has nothing.
LayerRecording first_half(LayerRecording recording);

}  // namespace rule_search
