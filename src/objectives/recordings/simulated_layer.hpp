// A layer that is simulated by a rule beside a recording of it.
#pragma once

#include <vector>

#include "data/recording.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/own_parameters.hpp"
#include "objectives/recordings/residuals.hpp"
#include "objectives/recordings/scales.hpp"
#include "objectives/recordings/step_inputs.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Sizes of what a rule remembers of a recording, number by number: the root mean square of its state over the times, where
/// the parameters are those that the rule begins with. 1 where it is 0 throughout. They make numbers of any unit alike.
std::vector<double> state_units(const plan::Plan& plan, const LayerRecording& recording,
                                const std::vector<double>& known, const RecordingsOptions& options);

/// One recording under one plan; not thread-safe. All arguments but the lists by value must outlive it.
class SimulatedLayer {
 public:
  /// `known`: initial weights, n x m, that changes are counted from. Derivatives are by the entries `directions` of theta,
  /// then by the numbers of OwnParameters, where there are any, by the initial weights `fitted` (indices, row by row), and
  /// then by what the rule remembers at first, where this is fitted, in the units of state_units(). Throws InputError where the recording lacks what the plan asks for.
  SimulatedLayer(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
                 const std::vector<int>& directions, std::vector<int> fitted, const RecordingsOptions& options,
                 const ResidualScales& scales, RecordingsLoss loss);

  /// Numbers of the beginning that are fitted: own values, then weights, then states.
  std::size_t fitted() const { return own_.size() + fitted_.size() + state_units_.size(); }
  const OwnParameters& own() const { return own_; }
  /// What a beginning has for the weights `weights`: these, behind them what the rule file says of states that are fitted,
  /// and then numbers of own values, 0 for the common ones.
  std::vector<double> beginning(std::vector<double> weights) const;

  // A beginning is the initial weights, n x m, and behind them, where they are fitted, the states, and then the numbers of own
  // values. The following return false where an activity is no longer finite.

  /// Through the first `steps` times. The rule is judged by those from `judged_from` on.
  bool follow(const std::vector<double>& theta, const std::vector<double>& beginning, int steps, int judged_from = 0);
  /// Of `beginning` what is fitted becomes what leaves the least squares of the first `steps` times; it begins where it
  /// is. See least_squares_of_beginning() for `ridge`. Takes a layer without directions.
  bool fit_beginning(const std::vector<double>& theta, std::vector<double>& beginning, const std::vector<double>& ridge,
                     int steps);

  /// What the last call found.
  Compared take() { return residuals_.take(); }

  /// The numbers of own values of a beginning.
  const double* own_of(const std::vector<double>& beginning) const {
    return beginning.data() + beginning.size() - own_.size();
  }

 private:
  const double* input(int t) const;
  void start(const std::vector<double>& theta, const std::vector<double>& beginning);
  bool forward(const std::vector<double>& beginning, int t);
  bool keep_to_recorded(const std::vector<double>& beginning, int t);
  bool simulate(const std::vector<double>& theta, const std::vector<double>& beginning, int steps, int judged_from);
  bool add_up(const std::vector<double>& theta, const std::vector<double>& beginning, int steps, int judged_from);

  const LayerRecording& r_;
  const RecordingsOptions& options_;
  RecordingsLoss loss_;
  OwnParameters own_;
  std::vector<int> fitted_;
  std::vector<int> place_;                             // by synapse: where it stands in fitted_, or -1
  std::vector<char> recorded_at_first_;                // by synapse; of the warm-up
  std::vector<double> declared_states_, state_units_;  // empty where they are not fitted
  int directions_;
  StepInputs inputs_;
  PlasticLayer layer_;
  LayerResiduals residuals_;
};

}  // namespace rule_search
