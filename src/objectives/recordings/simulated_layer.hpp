// A layer that is simulated by a rule beside a recording of it.
#pragma once

#include <vector>

#include "data/recording.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/residuals.hpp"
#include "objectives/recordings/scales.hpp"
#include "objectives/recordings/step_inputs.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// One recording under one plan; not thread-safe. All arguments but the lists by value must outlive it.
class SimulatedLayer {
 public:
  /// `known`: initial weights, n x m, that changes are counted from. Derivatives are by the entries `directions` of theta
  /// and then by the initial weights `fitted` (indices, row by row). Throws InputError where the recording lacks what the
  /// plan asks for.
  SimulatedLayer(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
                 const std::vector<int>& directions, std::vector<int> fitted, const RecordingsOptions& options,
                 const ResidualScales& scales, RecordingsLoss loss);

  // The following return false where an activity is no longer finite.

  /// From initial weights, n x m, through the first `steps` times. The rule is judged by those from `judged_from` on.
  bool simulate(const std::vector<double>& theta, const std::vector<double>& initial_weights, int steps,
                int judged_from = 0);
  /// RecordingsLoss::integral: every step starts from what was recorded; what the steps change is added up to the initial
  /// weights.
  bool add_up(const std::vector<double>& theta, const std::vector<double>& initial_weights);
  /// Of `initial_weights` those that are fitted become the ones that leave the least squares of the first `steps` times;
  /// they begin where they are. See least_squares_of_initial_weights() for `ridge`. Takes a layer without directions.
  bool fit_initial_weights(const std::vector<double>& theta, std::vector<double>& initial_weights, double ridge,
                           int steps);

  /// What the last call found.
  Compared take() { return residuals_.take(); }

 private:
  const double* input(int t) const;

  const LayerRecording& r_;
  const RecordingsOptions& options_;
  RecordingsLoss loss_;
  std::vector<int> fitted_;
  int directions_;
  StepInputs inputs_;
  PlasticLayer layer_;
  LayerResiduals residuals_;
};

}  // namespace rule_search
