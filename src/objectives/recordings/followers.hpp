// Recordings that are pieces of a long one.
#pragma once

#include <vector>

#include "data/recording.hpp"

namespace rule_search {

/// A recording that begins where another ends.
struct Follower {
  const LayerRecording* first = nullptr;
  const LayerRecording* second = nullptr;
};

/// By the times: `second` begins at most a step and a half after `first` ends. Where the times tell nothing, by weights: of
/// all beginnings that of `second` is nearest to the end of `first`, and of all ends that of `first` to the beginning of
/// `second`; they are no further apart than the largest step of one of them. This says something only if most recordings
/// hang together so, in no circle, and other beginnings and ends are much further away. In the order of the recordings.
std::vector<Follower> followers(const std::vector<const LayerRecording*>& recordings);

}  // namespace rule_search
