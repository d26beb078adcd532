// Quantities that can't help a network to learn, for candidates that a sound search must not keep.
#pragma once

#include <vector>

#include "objectives/few_shot/episode.hpp"

namespace rule_search {

/// One number a cell of a layer, of mean 0 and variance 1 (uniform), independent of everything else; new at
/// every step, the same in every run of the episode.
std::vector<double> noise(const Episode& episode, int step, int layer);

/// Which cell's error stands in place of each cell's, and with which sign: without the signs the mean error
/// of the layer, which means something, would survive.
struct Shuffle {
  std::vector<int> from;
  std::vector<double> sign;
};
Shuffle error_shuffle(const Episode& episode, int step, int layer);

}  // namespace rule_search
