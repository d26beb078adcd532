// Which numbers of a recording a rule is compared with, and which it begins with.
#pragma once

#include <cstddef>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// Weights of one time, n * m.
std::size_t synapses_of(const LayerRecording& recording);

/// Times that are simulated; those after the warm-up are compared.
int compared_steps(const LayerRecording& recording, RecordingsLoss loss, const RecordingsOptions& options);

/// Of so many simulated times of a held-out recording, with something to be fitted that it begins with, those that this is
/// fitted to. A rule is judged by the times after.
inline int fitted_until(int simulated, const RecordingsOptions& options) {
  return options.warm_up + (simulated - options.warm_up + 1) / 2;
}

/// Whether weight k of a recording (all times one after the other) is something to explain: it was seen, after the
/// warm-up, and it is not one that the simulation begins with.
bool is_explained(const LayerRecording& recording, std::size_t k, const RecordingsOptions& options);

/// Whether all weights of time t were seen.
bool all_weights_seen(const LayerRecording& recording, int t);

/// Index, all times one after the other, at which a synapse was seen for the first time; beyond the last index where it
/// never was.
std::size_t first_seen(const LayerRecording& recording, std::size_t synapse);

/// Index at which the simulation of a synapse begins, and its changes are counted from: where it was last seen until the
/// end of the warm-up, or else where it was seen for the first time; beyond the last index where it never was.
std::size_t begins_at(const LayerRecording& recording, std::size_t synapse, const RecordingsOptions& options);

/// Whether a synapse was seen until the end of the warm-up, at the first time where there is none.
bool is_recorded_at_first(const LayerRecording& recording, std::size_t synapse, const RecordingsOptions& options);

/// Whether all were.
bool all_recorded_at_first(const LayerRecording& recording, const RecordingsOptions& options);

/// Indices, row by row, of the initial weights that are fitted with the rule, ascending: those that were not recorded, or
/// all.
std::vector<int> fitted_initial_weights(const LayerRecording& recording, const RecordingsOptions& options);

/// Whether a held-out recording is judged by its second half: where something that it begins with is fitted, or where this
/// is asked for. It depends on no rule, so that all are judged by the same
/// times.
bool fits_beginning(const LayerRecording& recording, const RecordingsOptions& options);

/// Whether initial weights of a recording to train on are fitted to its first half, though all of it counts: choices tell so
/// little of weights that a rule which grows without bound could write all of them into its initial weights.
bool fits_beginning_to_half(const LayerRecording& recording, const RecordingsOptions& options);

/// Residuals that a postsynaptic neuron of a recording has under a loss. Of a held-out recording with a beginning that is
/// fitted those of the second half.
std::size_t residuals_of(const LayerRecording& recording, std::size_t neuron, RecordingsLoss loss,
                         const RecordingsOptions& options, bool held_out);

}  // namespace rule_search
