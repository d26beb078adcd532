// One connection by itself, learning by a rule step by step: what recordings and goals of single layers are
// simulated with. Double precision, exact tangents.
#pragma once

#include <memory>
#include <vector>

#include "network/cells.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Elements of all states of a rule, in a layer of n postsynaptic and m presynaptic neurons.
std::size_t numbers_remembered(const plan::Plan& plan, int n, int m);
/// Of one state.
std::size_t numbers_remembered(Shape state, int n, int m);

/// n postsynaptic and m presynaptic neurons. Not thread-safe.
class PlasticLayer {
 public:
  /// `directions`: entries of theta to differentiate by (see ParameterLayout, for one connection); derivatives below
  /// are numbered like them, from 0. `initial_weights`: indices, row by row, of initial weights to differentiate by as well;
  /// their derivatives come after those. With `initial_states` those by all that the rule remembers come last. `beta` is
  /// the sharpness of softplus, log(1 + exp(beta z)) / beta. Throws InputError where the plan asks for what a single layer
  /// has not: decoys.
  PlasticLayer(const plan::Plan& plan, int n, int m, const std::vector<int>& directions, Activation activation,
               double beta = 10, std::vector<int> initial_weights = {}, bool initial_states = false);
  ~PlasticLayer();
  PlasticLayer(PlasticLayer&&) noexcept;

  /// Begins anew. `weights` are n x m, row by row, and do not depend on theta.
  void start(const std::vector<double>& theta, const double* weights);
  /// The weights become these, n x m, which depend on nothing; what the rule remembers stays.
  void replace_weights(const double* weights);
  /// After start() or forward(), and followed by forward(): one weight, numbered row by row, becomes this. It depends on
  /// nothing, or with `fitted` on initial weight number `fitted` of those to differentiate by, which it is.
  void set_weight(int weight, double value, int fitted = -1);

  /// Numbers that the rule remembers: the elements of its states one after the other, each row by row.
  std::size_t states() const;
  double state(std::size_t element) const;
  /// After start(), of a layer with `initial_states`: what an element begins with. Its derivative is by this number in
  /// units of `unit`.
  void set_initial_state(std::size_t element, double value, double unit);
  /// Activities for the input x, m numbers. False where one is not finite.
  bool forward(const double* x);
  /// What a step is given beside its input.
  struct StepInput {
    const double* target = nullptr;      ///< n numbers, err_post = post - target; without them the error is 0
    const double* err_pre = nullptr;     ///< m numbers; 0 without them
    std::vector<const double*> signals;  ///< by signal of the plan: 1, m or n numbers, as it was declared
    bool begins_trial = false;           ///< states that begin anew at every trial do
  };
  /// After forward(): weights and states change by the rule. Throws std::out_of_range where a signal of the plan is not
  /// given.
  void learn(const StepInput& given);
  void learn(const double* target = nullptr) { learn(StepInput{target, nullptr, {}, false}); }

  // As forward() left them: the weights are those that made the activities.
  double weight(int i, int j) const;
  double weight_derivative(int i, int j, int direction) const;
  double output(int i) const;
  double output_derivative(int i, int direction) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rule_search
