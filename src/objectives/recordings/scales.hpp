// Sizes in which residuals are given, so that weights, activities and choices count alike whatever their units.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/recording.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

/// 0 where none was seen in the recordings to train on.
struct ResidualScales {
  double weights = 0;    ///< root mean square of the change of weights since they were first seen, in their units
  double post = 0;       ///< standard deviation of activities, in their units
  double post_mean = 0;  ///< of activities
  double choice = 0;     ///< root of the entropy of choices, in nats; or what stands for it beside the errors of others
  double chance = 0;     ///< root of the entropy of choices, in nats
  /// Where values have standard errors, a residual is what is missed, in such errors, times this. One number for all kinds
  /// where the errors of all are known, so that values count by their likelihood.
  double weights_in_errors = 0, post_in_errors = 0;

  /// The residual of a choice where every choice has the same probability.
  double of_chance() const { return chance / choice; }
  /// What a residual of weight k of a recording is counted in, in units of weights.
  double of_weight(const LayerRecording& r, std::size_t k) const {
    return r.w_error.empty() ? weights : r.w_error[k] / weights_in_errors;
  }
  /// The same of activity k.
  double of_post(const LayerRecording& r, std::size_t k) const {
    return r.post_error.empty() ? post : r.post_error[k] / post_in_errors;
  }
};

/// Sums over the recordings to train on, and the scales that follow.
class RecordedSums {
 public:
  void add(const LayerRecording& recording, const RecordingsOptions& options);
  /// Throws InputError where there is nothing to explain: nothing was seen, or what was seen never changes.
  ResidualScales scales() const;
  /// Whether some weight was seen more than once.
  bool has_changes() const { return changes_seen_ > 0; }
  /// Whether values of several kinds are to be explained, and the errors of one are not known.
  bool errors_are_missing() const;

 private:
  void add_weight(const LayerRecording& recording, std::size_t k, std::size_t first);
  void add_activity(const LayerRecording& recording, std::size_t k);
  void set_units_of_errors(ResidualScales& scales) const;

  double changes_ = 0, changes_seen_ = 0, weights_seen_ = 0, squares_of_weights_ = 0;
  double sum_ = 0, squares_ = 0, activities_ = 0;
  double choices_ = 0, chosen_ = 0;
  std::string meant_;  // a question, of a signal that may be meant as one of these
  // Squares in standard errors, where these are known.
  bool weights_have_errors_ = false, activities_have_errors_ = false;
  double changes_in_errors_ = 0, weights_in_errors_ = 0;
  double ones_in_errors_ = 0, sum_in_errors_ = 0, squares_in_errors_ = 0;
};

/// In nats, of a choice that has the probability p; at most that of one to a million million.
double cross_entropy(double p, bool chosen);

/// About how much a residual changes with a weight, whatever the units of both.
double response_to_weights(const LayerRecording& recording, const ResidualScales& scales);

}  // namespace rule_search
