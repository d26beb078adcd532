// One connection by itself, learning by a rule step by step: what recordings and goals of single layers are
// simulated with. Double precision, exact tangents.
#pragma once

#include <memory>
#include <vector>

#include "network/cells.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// n postsynaptic and m presynaptic neurons. Not thread-safe.
class PlasticLayer {
 public:
  /// `directions`: entries of theta to differentiate by (see ParameterLayout, for one connection); derivatives below
  /// are numbered like them, from 0. `initial_weights`: indices, row by row, of initial weights to differentiate by as well;
  /// their derivatives come after those. `beta` is the sharpness of softplus, log(1 + exp(beta z)) / beta. Throws
  /// InputError where the plan asks for what a single layer has not: decoys.
  PlasticLayer(const plan::Plan& plan, int n, int m, const std::vector<int>& directions, Activation activation,
               double beta = 10, std::vector<int> initial_weights = {});
  ~PlasticLayer();
  PlasticLayer(PlasticLayer&&) noexcept;

  /// Begins anew. `weights` are n x m, row by row, and do not depend on theta.
  void start(const std::vector<double>& theta, const double* weights);
  /// The weights become these, n x m, which depend on nothing; what the rule remembers stays.
  void replace_weights(const double* weights);
  /// Activities for the input x, m numbers. False where one is not finite.
  bool forward(const double* x);
  /// What a step is given beside its input.
  struct StepInput {
    const double* target = nullptr;      ///< n numbers, err_post = post - target; without them the error is 0
    const double* err_pre = nullptr;     ///< m numbers; 0 without them
    std::vector<const double*> signals;  ///< by signal of the plan: 1, m or n numbers, as it was declared
  };
  /// After forward(): weights and states change by the rule. Throws std::out_of_range where a signal of the plan is not
  /// given.
  void learn(const StepInput& given);
  void learn(const double* target = nullptr) { learn(StepInput{target, nullptr, {}}); }

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
