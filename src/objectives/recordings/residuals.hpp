// Residuals of a simulated layer beside a recording of it, by postsynaptic neuron.
#pragma once

#include <cstddef>
#include <vector>

#include "data/recording.hpp"
#include "fit/outcome.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/scales.hpp"

namespace rule_search {

/// Of what kinds a rule misses how much: sums of squares, in the units of what was recorded, and over how many numbers.
struct Missed {
  double weights = 0, post = 0;
  double weights_in_errors = 0, post_in_errors = 0;  ///< in standard errors, where values have them
  std::size_t weights_seen = 0, posts_seen = 0, choices_seen = 0;
};

/// By postsynaptic neuron where nothing else is said.
struct Compared {
  std::vector<Outcome> outcomes;  ///< residuals, and their derivatives; losses are not taken yet
  /// Residuals of the times before those by which the rule is judged: the first ones.
  std::vector<std::size_t> early;
  Missed missed;  ///< of all neurons, over the times by which the rule is judged
  /// Over the same times, residuals of weights and activities times those of the same synapse or neuron a time before.
  double lagged = 0;
};

/// Squares of residuals, added up over the times from `from` to before `until`, that a layer leaves which does not change
/// and whose neurons have their mean activity. `known`: the initial weights, n x m, that changes are counted from.
double squares_of_no_change(const LayerRecording& recording, const std::vector<double>& known,
                            const RecordingsOptions& options, const ResidualScales& scales, int from, int until);

/// Goes through the times of one recording. All arguments must outlive it.
class LayerResiduals {
 public:
  /// `derivatives`: of the layer, all of them.
  LayerResiduals(const LayerRecording& recording, const RecordingsOptions& options, const ResidualScales& scales,
                 int derivatives);

  /// Begins anew.
  void start();
  /// What was added so far is what initial weights are fitted to; the rule is judged by what comes now.
  void judge_from_here();
  /// All that was recorded at time t beside the layer as its forward() left it.
  void add(const PlasticLayer& layer, int t);
  /// Weight k of the recording, all times one after the other, beside a simulated one. `slopes`: its derivatives.
  void add_weight(std::size_t k, double simulated, const double* slopes);

  /// One of the derivatives of all that was added becomes so many times what it is.
  void scale_derivative(int derivative, double by);

  const Compared& compared() const { return out_; }
  /// Ends it.
  Compared take();

 private:
  void add_activity(const PlasticLayer& layer, std::size_t k, int i);
  void add_choice(const PlasticLayer& layer, bool chosen, int i);

  const LayerRecording& r_;
  const RecordingsOptions& options_;
  const ResidualScales& scales_;
  int derivatives_;
  std::vector<double> slopes_;  // of one weight
  std::vector<double> last_;    // residuals of every synapse, and then of every neuron
  Compared out_;
};

}  // namespace rule_search
