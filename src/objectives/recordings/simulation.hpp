// What a rule makes of one recording: its losses, and the initial weights that belong to them.
#pragma once

#include <vector>

#include "data/recording.hpp"
#include "fit/outcome.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/residuals.hpp"
#include "objectives/recordings/scales.hpp"
#include "objectives/recordings/simulated_layer.hpp"
#include "plan/plan.hpp"

namespace rule_search {

struct Simulated {
  Outcome outcome;
  std::vector<double>
      initial_weights;  ///< n x m, row by row: as recorded or as fitted; then states that were fitted, and numbers of own values
  Missed missed;  ///< nothing where it diverged
};

/// One recording under one plan; not thread-safe. All arguments must outlive it.
///
/// Initial weights, states and own values that are fitted are no part of theta: for every theta they are those that leave the least squares, and
/// derivatives are of what is left then (variable projection; Golub & Pereyra, SIAM J. Numer. Anal. 10:413 (1973), in the
/// form of Kaufman, BIT 15:49 (1975), whose gradient is exact and whose Jacobian is where nothing is left). Of a held-out
/// recording they are fitted to the first half, and what counts is the second: an unstable rule can follow any recording
/// if its initial weights may be chosen to a hundred digits, but it can't foretell one.
class Simulation {
 public:
  /// `known`: see known_initial_weights(). `directions`: entries of theta to differentiate by. `weight`: its loss counts by
  /// that, as a recording does that holds more than others. Throws InputError where the
  /// recording lacks what the plan asks for.
  Simulation(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
             const std::vector<int>& directions, const RecordingsOptions& options, const ResidualScales& scales,
             RecordingsLoss loss = RecordingsLoss::simulation, double weight = 1);

  /// `nearby`: Simulated::initial_weights that were best for another theta, where a fit of them begins if they are of any use; may be
  /// empty.
  Simulated run(const std::vector<double>& theta, const std::vector<double>& nearby = {}, bool held_out = false);

 private:
  std::vector<OwnValue> own_values(const std::vector<double>& theta, const std::vector<double>& beginning,
                                   const Compared& compared, double count) const;
  bool fit(const std::vector<double>& theta, const std::vector<double>& nearby, int steps,
           std::vector<double>& beginning) const;
  bool fit_from_several(const std::vector<double>& theta, int steps, std::vector<double>& beginning) const;

  const plan::Plan& plan_;
  const LayerRecording& r_;
  const std::vector<double>& known_;
  const RecordingsOptions& options_;
  const ResidualScales& scales_;
  RecordingsLoss loss_;
  std::vector<int> fitted_;  ///< initial weights
  int directions_;
  double weight_;
  SimulatedLayer layer_;
  std::vector<double> ridge_;  ///< of all that is fitted of the beginning
};

}  // namespace rule_search
