// A recurrent network of rate neurons that learns by a rule: one plastic projection from all neurons to all, one step late,
// a fixed one from the inputs, and a fixed linear readout.
#pragma once

#include <memory>
#include <vector>

#include "evaluate/connection.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search {

struct RecurrentShape {
  int neurons = 1;   ///< N
  int inputs = 1;    ///< M
  double alpha = 1;  ///< length of a step in units of the neurons' time constant, dt / tau
};

/// A number with its derivatives, one a direction.
struct Slope {
  double value = 0;
  std::vector<double> by;
};

/// In a step x <- x + alpha (-x + W tanh(x) + W_in u) + perturbation. For the rule tanh(x) is `pre` before the step and
/// `post` after it, and `net` is x after it. With tangents. Not thread-safe.
template <class T>
class RecurrentNetwork {
 public:
  /// Signals that are 0 in every step without reward. Beside them a rule may ask for `perturbation: post`, which neurons can
  /// hardly know; all others are refused.
  static const std::vector<std::string>& signals_of_reward();

  /// `directions`: entries of theta to differentiate by (see ParameterLayout, for one connection). Throws InputError where
  /// the plan asks for what such a network has not.
  RecurrentNetwork(plan::Plan plan, const RecurrentShape& shape, const std::vector<int>& directions);
  RecurrentNetwork(const RecurrentNetwork&) = delete;  // its parts look at one another
  RecurrentNetwork& operator=(const RecurrentNetwork&) = delete;

  /// Begins a session. Row by row: `weights` N x N, `input_weights` N x M, which must outlive it; `readout` N numbers, the same.
  void start(const std::vector<double>& theta, const double* weights, const double* input_weights,
             const double* readout);
  /// N numbers x; states that begin anew at every trial do.
  void begin_trial(const double* x);
  /// Neurons respond: `input` M numbers, `perturbation` N numbers.
  void respond(const double* input, const double* perturbation);
  /// Of the readout, after respond().
  Slope output() const;
  /// After respond(): states change, and weights where the rule changes them without reward.
  void step();
  /// After respond(), in place of step(): weights and states change by the rule with this reward and the one that was
  /// expected. Where these have no derivatives they are taken as given.
  void reward(const Slope& reward, const Slope& expected);

  int directions() const { return planes_ - 1; }
  int neurons() const { return shape_.neurons; }
  /// Adds N x N numbers to the weights, row by row, and takes these as given from here on: they have no derivatives any more.
  void disturb(const double* by);
  double weight(int i, int j) const;
  double weight_derivative(int i, int j, int direction) const;

 private:
  void end_step();
  void tell(const Slope& reward, const Slope& expected);

  plan::Plan plan_;
  RecurrentShape shape_;
  int planes_;
  ParameterLayout layout_;
  bool rests_;  // no weight changes where nothing is rewarded
  Activity<T> pre_, post_, x_, drive_;
  Buffer<T> slope_;  // of tanh
  std::vector<Activity<T>> signals_;
  std::unique_ptr<Connection<T>> connection_;
  const double* input_weights_ = nullptr;
  const double* readout_ = nullptr;
};

}  // namespace rule_search
