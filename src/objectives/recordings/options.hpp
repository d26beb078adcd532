// What is asked of a search on recordings.
#pragma once

#include <string>
#include <vector>

#include "network/plastic_layer.hpp"

namespace rule_search {

struct RecordingsOptions {
  Activation activation = Activation::linear;
  double beta = 10;  ///< of softplus
  /// Fits of all candidates begin with single steps, RecordingsLoss::one_step; rules are judged by the simulation.
  bool one_step = false;
  /// Initial weights that were recorded are taken for noisy, as all others are, and fitted.
  bool fit_initial_weights = false;
  /// What the rule remembers begins in every recording with what fits it best, in place of what the rule file says.
  bool fit_initial_states = false;
  /// Rows at the beginning of every recording that only bring states to where they are: weights are kept at what was
  /// recorded, and nothing is compared. The row after them is where weights begin to be simulated.
  int warm_up = 0;
  /// Standard errors of weights and of activities that were estimated, in their units; 0 where they were not.
  double estimated_noise_of_weights = 0, estimated_noise_of_post = 0;
  /// Outputs were given to other inputs on purpose, see permuted().
  bool permuted = false;
  /// What was done to bring the recordings to the step of the rule, a sentence each; nothing where nothing was.
  std::vector<std::string> resampled{};
  /// Parameters of a rule that are `per_recording` have in every recording the value that fits it best, in place of the
  /// common one of theta.
  bool own_values = false;
  /// Held-out recordings are judged by their second halves, as where something is fitted to the first.
  bool judged_by_second_half = false;
};

/// What a rule is compared with a recording by.
enum class RecordingsLoss {
  simulation,  ///< from the initial weights on
  half,        ///< the first half of it
  quarter,
  one_step,  ///< every step starts from the weights that were recorded, where all of them were
  integral,  ///< what the rule makes of the recorded weights, step by step, added up: linear in coefficients
};

}  // namespace rule_search
