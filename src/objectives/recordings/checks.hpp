// Recordings that no search can be made on. Every function throws InputError with what is wrong and what to do.
#pragma once

#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/scales.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Too few to search on.
void refuse_too_few(const std::vector<LayerRecording>& recordings);

/// Such as can't be taken together: other numbers of neurons, or targets for some alone.
void refuse_unequal(const std::vector<LayerRecording>& recordings);

/// Rows that are a step of another length than in the first one, by more than a hundredth.
void refuse_other_steps(const std::vector<LayerRecording>& recordings);

/// Two that hold the same, or the same but for the last digits: what judges a rule must not be what it was found from.
void refuse_the_same_twice(const std::vector<LayerRecording>& recordings);

/// Choices where the activation gives no probability.
void refuse_choices_without_probability(const RecordingsOptions& options, const ResidualScales& scales);

/// A recording that has something those to train on have not, so that no scale is known for it.
void refuse_what_has_no_scale(const LayerRecording& recording, const RecordingsOptions& options,
                              const ResidualScales& scales);

/// Initial weights to be fitted, and `states` numbers that a rule remembers, that take too much memory: every one is a
/// direction that all weights are differentiated by.
void refuse_too_many_initial_weights(const LayerRecording& recording, const RecordingsOptions& options,
                                     std::size_t states = 0);

/// A warm-up after which less than two rows are left.
void refuse_long_warm_up(const LayerRecording& recording, const RecordingsOptions& options);

/// Single steps from recorded weights, where in no recording to train on, `training`, such a step can start.
void refuse_single_steps(const std::vector<const LayerRecording*>& training);

/// A recording that lacks what the plan of a rule asks for.
void refuse_what_was_not_recorded(const plan::Plan& plan, const LayerRecording& recording);

}  // namespace rule_search
