// Recordings made ready for a search: split, with their scales and what is known of their initial weights.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/scales.hpp"
#include "objectives/recordings/split.hpp"

namespace rule_search {

/// All that objectives on the same recordings have in common, whatever their loss.
struct RecordingsData {
  std::vector<LayerRecording> recordings;  ///< in the order in which they were given
  RecordingsOptions options;
  RecordingSplit split;
  std::array<std::vector<RecordingUnit>, 3> units;  ///< by Part
  ResidualScales scales;
  std::vector<std::vector<double>> initial_weights;  ///< by recording, n x m: known_initial_weights()
  /// What a fit of all candidates begins with.
  RecordingsLoss easier = RecordingsLoss::half;

  const LayerRecording& recording(Part part, std::size_t number) const {
    return recordings[this->number(part, number)];
  }
  /// Where recording `number` of a part stands in all of them.
  std::size_t number(Part part, std::size_t number) const { return split[static_cast<std::size_t>(part)].at(number); }
};

/// Throws InputError where no search can be made on them; see checks.hpp.
RecordingsData prepared(std::vector<LayerRecording> recordings, const RecordingsOptions& options, std::uint64_t seed);

}  // namespace rule_search
