// What is random in every step of an episode: quantities that can't help a network to learn, for candidates that a sound
// search must not keep, and disturbances that feedback weights learn from.
#pragma once

#include <vector>

#include "network/pathway.hpp"
#include "network/populations.hpp"
#include "objectives/few_shot/episode.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// One number a neuron of a layer, of mean 0 and variance 1 (uniform), independent of everything else; new at
/// every step, the same in every run of the episode.
std::vector<double> noise(const Episode& episode, int step, int layer);

/// Which neuron's error stands in place of each neuron's, and with which sign: without the signs the mean error
/// of the layer, which means something, would survive.
struct Shuffle {
  std::vector<int> from;
  std::vector<double> sign;
};
Shuffle error_shuffle(const Episode& episode, int step, int layer);

/// What disturbs layers so that feedback weights learn: as the episode has it, or drawn, the same in every run.
/// The episode must outlive it.
FeedbackNoise noise_of(const Episode& episode);
/// The same before the episode: always drawn.
FeedbackNoise warm_up_noise(const Episode& episode);

/// Fills in the decoys that a plan reads, and costs nothing where it reads none.
template <class T>
class Decoys {
 public:
  explicit Decoys(const plan::Plan& plan);
  /// After the errors of the step are known.
  void fill(const Episode& episode, int step, Populations<T>& populations) const;

 private:
  bool noise_, shuffled_errors_;
};

}  // namespace rule_search
