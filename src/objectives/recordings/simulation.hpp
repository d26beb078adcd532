// A layer simulated by a rule beside a recording of it: what the rule misses, cell by cell.
#pragma once

#include <cstddef>
#include <vector>

#include "data/recording.hpp"
#include "fit/outcome.hpp"
#include "network/plastic_layer.hpp"
#include "plan/plan.hpp"

namespace rule_search {

struct TrajectoryOptions {
  Activation activation = Activation::linear;
  double beta = 10;  ///< of softplus
  /// Fits of all candidates begin with single steps, TrajectoryLoss::one_step; rules are judged by the simulation.
  bool one_step = false;
  /// First weights that were recorded are taken for noisy, as all others are, and fitted.
  bool fit_first_weights = false;
};

/// Sizes that residuals are told in; see TrajectoryObjective.
struct ResidualScales {
  double weights = 0, post = 0, post_mean = 0, choice = 0;
};

/// Of what kinds a rule misses how much: sums of squares, in the units of what was recorded, and over how many numbers.
struct Missed {
  double weights = 0, post = 0;
  std::size_t weights_seen = 0, posts_seen = 0, choices_seen = 0;
};

/// Of a choice that has the probability p; at most that of one to a million million.
double cross_entropy(double p, bool chosen);

/// What a rule is compared with a recording by.
enum class TrajectoryLoss {
  simulation,  ///< from the first weights on
  half,        ///< the first half of it
  quarter,
  one_step,  ///< every step starts from the weights that were recorded, where all of them were
  integral,  ///< what the rule makes of the recorded weights, step by step, added up: linear in coefficients
};

/// Times that are compared.
int compared_steps(const LayerRecording& recording, TrajectoryLoss loss);

/// Times of a recording, with first weights that are to be fitted, that a held-out one has them fitted to; it is judged
/// on those after.
inline int fitted_until(int compared) { return (compared + 1) / 2; }

/// Whether weight k of a recording (all times one after the other) is something to explain: it was seen, and it is not
/// one that the simulation begins with.
bool is_explained(const LayerRecording& recording, std::size_t k, const TrajectoryOptions& options);

/// Indices, row by row, of the first weights that are fitted with the rule, ascending: those that were not recorded, or
/// all.
std::vector<int> fitted_first_weights(const LayerRecording& recording, const TrajectoryOptions& options);

/// What is known of the first weights without a rule, n x m: as recorded, else as first seen later, else what a layer
/// that does not learn would need for the first activities. Where a fit of them begins.
std::vector<double> first_weights_known(const LayerRecording& recording, const TrajectoryOptions& options,
                                        const ResidualScales& scales);

/// Throws InputError where the recording lacks what the plan asks for.
void refuse_what_was_not_recorded(const plan::Plan& plan, const LayerRecording& recording);

/// One recording under one plan; not thread-safe. All arguments must outlive it.
///
/// First weights that are fitted are no part of theta: for every theta they are those that leave the least squares, and
/// slopes are of what is left then (variable projection; Golub & Pereyra, SIAM J. Numer. Anal. 10:413 (1973), in the
/// form of Kaufman, BIT 15:49 (1975), whose gradient is exact and whose Jacobian is where nothing is left). Of a held-out
/// recording they are fitted to the first half, and what counts is the second: an unstable rule can follow any recording
/// if its first weights may be chosen to a hundred digits, but it can't foretell one.
class Simulation {
 public:
  /// `first`: see first_weights_known(). `directions`: entries of theta to differentiate by.
  Simulation(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& first,
             std::vector<int> directions, const TrajectoryOptions& options, const ResidualScales& scales,
             TrajectoryLoss loss = TrajectoryLoss::simulation);

  /// By cell. All diverged where one is. `nearby`: first weights that were best for another theta, where a fit of them
  /// begins if they are of any use; may be empty.
  std::vector<Outcome> run(const std::vector<double>& theta, const std::vector<double>& nearby = {},
                           bool held_out = false);

  // Of the last run.
  const Missed& missed() const { return missed_; }
  /// n x m, row by row: as recorded or as fitted.
  const std::vector<double>& first_weights() const { return first_; }

 private:
  friend std::vector<double> first_weights_known(const LayerRecording&, const TrajectoryOptions&,
                                                 const ResidualScales&);

  std::vector<Outcome> diverged() const;
  void begin();
  bool walk(PlasticLayer& layer, const std::vector<double>& theta, int slopes, int steps, int counts_from = 0);
  bool add_up(const std::vector<double>& theta);
  bool fit_first_weights(const std::vector<double>& theta, const std::vector<double>& from, double ridge, int steps);
  void compare(const PlasticLayer& layer, int t, int slopes);
  void choice(const PlasticLayer& layer, Outcome& out, int i, bool chosen, int slopes);

  std::size_t at(int t) const;
  const double* input(int t) const;
  bool all_seen(int t) const;

  const plan::Plan& plan_;
  const LayerRecording& r_;
  const TrajectoryOptions& options_;
  const ResidualScales& scales_;
  const std::vector<double>& known_;
  std::vector<int> fitted_;  ///< first weights
  int directions_;
  TrajectoryLoss loss_;
  // Of a fit before any rule is known.
  bool learns_ = true;
  int steps_;

  PlasticLayer layer_;
  std::vector<double> first_;
  std::vector<Outcome> out_;
  std::vector<double>
      still_;  ///< squares that a layer leaves which does not change, and whose cells have their mean activity
  std::vector<std::size_t> early_;  ///< by cell: residuals of times that first weights alone are fitted to
  Missed missed_;
};

}  // namespace rule_search
