// Recordings made ready for a search: in order, with their scales and what is known of their initial weights.
#pragma once

#include <cstddef>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/scales.hpp"

namespace rule_search {

/// All that objectives on the same recordings have in common, whatever their loss and their fold.
struct RecordingsData {
  /// In an order that follows from what they hold, those that the user named for the test first.
  std::vector<LayerRecording> recordings;
  std::vector<std::size_t> as_given;  ///< where every one stands of those in the order in which they were given
  RecordingsOptions options;
  std::size_t named_for_test = 0;
  ResidualScales scales;
  /// By recording: known_initial_weights(), n x m, of all of it and of its first half.
  std::vector<std::vector<double>> initial_weights, initial_weights_of_half;
  /// By recording: the numbers that it has to explain, over their mean over all. Its loss counts by that.
  std::vector<double> weights;
  double numbers_of_one = 0;  ///< their mean
  /// Whether values of several kinds are to be explained, and the errors of one are not known.
  bool errors_are_missing = false;
  std::size_t eventful = 0;  ///< recordings in which something changes
  /// What a fit of all candidates begins with.
  RecordingsLoss easier = RecordingsLoss::half;
};

/// `test`: those that the user named to report on. Throws InputError where no search can be made on them; see checks.hpp.
RecordingsData prepared(std::vector<LayerRecording> recordings, std::vector<LayerRecording> test,
                        const RecordingsOptions& options);

/// The same with these standard errors for weights and activities that have none; 0 where there are no such values.
RecordingsData with_estimated_noise(RecordingsData data, double of_weights, double of_post);

}  // namespace rule_search
