// Sizes in which residuals are given, so that weights, activities and choices count alike whatever their units.
#pragma once

#include <cstddef>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// 0 where none was seen in the recordings to train on.
struct ResidualScales {
  double weights = 0;    ///< root mean square of the change of weights since they were first seen, in their units
  double post = 0;       ///< standard deviation of activities, in their units
  double post_mean = 0;  ///< of activities
  double choice = 0;     ///< root of the entropy of choices, in nats
};

/// Sums over the recordings to train on, and the scales that follow.
class RecordedSums {
 public:
  void add(const LayerRecording& recording, const RecordingsOptions& options);
  /// Throws InputError where there is nothing to explain: nothing was seen, or what was seen never changes.
  ResidualScales scales() const;
  /// Whether some weight was seen more than once.
  bool has_changes() const { return changes_seen_ > 0; }

 private:
  double changes_ = 0, changes_seen_ = 0, weights_seen_ = 0, squares_of_weights_ = 0;
  double sum_ = 0, squares_ = 0, activities_ = 0;
  double choices_ = 0, chosen_ = 0;
};

/// In nats, of a choice that has the probability p; at most that of one to a million million.
double cross_entropy(double p, bool chosen);

/// About how much a residual changes with a weight, whatever the units of both.
double response_to_weights(const LayerRecording& recording, const ResidualScales& scales);

}  // namespace rule_search
