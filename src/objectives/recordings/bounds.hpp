// Weights that stay at the largest or the smallest value that was recorded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// Of all weights that a rule is to explain, those that are exactly the largest or the smallest one. Weights of a synapse
/// that has not changed yet count as recorded, but not as at a bound: what nothing happened to is not bounded. At a bound
/// there are three synapses at least, and three times as many weights as at the value beside it.
struct WeightsAtBounds {
  double largest = 0, smallest = 0;
  double at_largest = 0, at_smallest = 0;  ///< shares; 0 where it is no bound

  /// "12.3 % of the recorded weights are exactly 1 (the largest) and 3.0 % exactly 0 (the smallest)".
  std::string text() const;
  /// What holds weights there, in the language of rules: "bound w in [0, 1]".
  std::string statement() const;
};

/// Nothing where both shares together are below 1 %.
std::optional<WeightsAtBounds> weights_at_bounds(const std::vector<const LayerRecording*>& recordings,
                                                 const RecordingsOptions& options);

}  // namespace rule_search
