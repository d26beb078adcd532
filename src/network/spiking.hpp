// A network of leaky integrate-and-fire neurons that decodes its input online: hidden layers of neurons that spike, of which
// the first leads to itself as well, and an output of leaky neurons that do not. Every connection learns by one plan.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "evaluate/connection.hpp"
#include "network/feedback.hpp"
#include "network/graph.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Which derivative a spike has by the membrane, where derivatives are carried through it. It has none: a neuron spikes or
/// does not.
enum class SpikeDerivative {
  surrogate,  ///< 1 / (1 + tangent_slope |u - threshold|)^2, after Zenke & Ganguli, Neural Comput. 30:1514 (2018)
  zero,       ///< spikes are taken as given
};

struct SpikingShape {
  std::vector<int> layers;                        ///< neurons a layer, from the input to the output; at least three
  double dt = 0.02;                               ///< seconds
  double tau_membrane = 0.04, tau_output = 0.06;  ///< seconds
  double threshold = 1;
  double gate_slope = 1;                    ///< of `gate`, 1 / (1 + gate_slope |u - threshold|)^2
  double tangent_slope = 3;                 ///< see SpikeDerivative
  int clock = 50;                           ///< the signal `clock` is 1 in every so manieth step, else 0
  double row_bound = 6;                     ///< no row of weights is longer; 0: none is scaled down
  Feedback feedback = Feedback::symmetric;  ///< or fixed

  /// In the order of everything that is listed by connection: into a layer from the one before it, and after the first hidden
  /// layer's that of this layer to itself.
  std::vector<Projection> connections() const;
  /// Presynaptic neurons of a connection: that from a layer before has one more, which is always 1, for the bias.
  int presynaptic(const Projection& connection) const;
};

/// The kinds of feedback that such a network knows.
bool carries_errors_of_spikes(Feedback feedback);

/// In a step (Nallani, Ramachandran & Shah, arXiv:2509.14447 (2025)), for the hidden layers in their order,
///     u <- exp(-dt/tau_membrane) u + W [below; 1] + W_self (own spikes before) - threshold (own spikes before)
///     spikes = u >= threshold
/// and for the output y <- a y + (1 - a) W [below; 1] with a = exp(-dt/tau_output). For the rule `net` is u or y, `post`
/// spikes or y, `gate` that of u, or 1 for the output, and err_post is y - target at the output and W'(err_post .* gate) of
/// the layer above, bias left out, or by fixed feedback weights in place of W. With tangents. Not thread-safe.
template <class T>
class SpikingNetwork {
 public:
  /// `directions`: entries of theta to differentiate by (see ParameterLayout, for connections() of the shape). Throws
  /// InputError where the plan asks for what such a network has not.
  SpikingNetwork(plan::Plan plan, const SpikingShape& shape, SpikeDerivative derivative,
                 const std::vector<int>& directions);
  SpikingNetwork(const SpikingNetwork&) = delete;  // its parts look at one another
  SpikingNetwork& operator=(const SpikingNetwork&) = delete;

  /// Begins a session. Row by row, a matrix a connection, the bias in the last column; `feedback_weights`: one for every
  /// connection into a layer from a hidden one below it, without bias, in the order of the layers; empty unless fixed.
  void start(const std::vector<double>& theta, const std::vector<std::vector<double>>& weights,
             const std::vector<std::vector<double>>& feedback_weights);
  /// Neurons respond to the numbers of a step.
  void respond(const double* input);
  /// After respond(), in step `step` from 0: weights and states change by the rule.
  void learn(const double* target, int step);

  const SpikingShape& shape() const { return shape_; }
  int directions() const { return planes_ - 1; }
  /// Of a layer from 1 on, before the reset of the spikes that it causes; of the output y.
  const Activity<T>& membrane(std::size_t layer) const { return membrane_[layer]; }
  /// Of a layer from 1 on, spikes, or y for the output.
  const Activity<T>& activity(std::size_t layer) const { return activity_[layer]; }
  /// Whether all membranes are finite. A neuron whose membrane is not a number is silent, and the output does not show it.
  bool finite() const;
  const Activity<T>& output() const { return activity_.back(); }
  std::size_t connections() const { return connections_.size(); }
  Connection<T>& connection(std::size_t c) { return *connections_[c]; }

 private:
  std::size_t layers() const { return shape_.layers.size(); }
  void add_connection(std::size_t c, const Projection& p, std::vector<int> direction);
  void integrate(std::size_t layer, const Activity<T>& drive);
  void spike(std::size_t layer);
  void take_gate(std::size_t layer);
  void carry_error(std::size_t c);

  plan::Plan plan_;
  SpikingShape shape_;
  SpikeDerivative derivative_;
  int planes_;
  ParameterLayout layout_;
  std::vector<Projection> projections_;
  // By layer.
  std::vector<Activity<T>> membrane_, activity_, with_bias_, gate_, error_, gated_;
  Activity<T> before_;                               // spikes of the first hidden layer, a step earlier
  Activity<T> both_;                                 // what its two connections bring it
  std::vector<Activity<T>> clock_;                   // of size 1; none where the rule does not ask
  std::vector<std::unique_ptr<Activity<T>>> drive_;  // by connection
  std::vector<std::unique_ptr<Connection<T>>> connections_;
  std::vector<Buffer<T>> feedback_memory_;     // by connection, empty where none is fixed
  std::vector<kernels::Weights<T>> feedback_;  // the same
};

}  // namespace rule_search
