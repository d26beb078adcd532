// A spiking network learning through a session by a rule.
#pragma once

#include <functional>
#include <vector>

#include "network/spiking.hpp"
#include "objectives/decoding/session.hpp"

namespace rule_search {

/// By step.
struct DecodingOutcome {
  bool diverged = false;          ///< a number was no longer finite; what follows ends there
  std::vector<double> losses;     ///< mean over the outputs of (y - target)^2, before the rule changes anything
  std::vector<double> losses_by;  ///< derivatives, steps x directions
  std::vector<double> outputs;    ///< steps x n_out
};

template <class T>
class DecodingLearner {
 public:
  /// `directions`: entries of theta to differentiate by.
  DecodingLearner(const plan::Plan& plan, const SpikingShape& shape, SpikeDerivative derivative,
                  const std::vector<int>& directions)
      : network_(plan, shape, derivative, directions) {}

  /// `watch`: called when the neurons of a step have responded, before anything changes.
  DecodingOutcome run(const DecodingSession& session, const std::vector<double>& theta,
                      const std::function<void(const SpikingNetwork<T>&)>& watch = {});
  /// After run(): the network with its weights as they are.
  SpikingNetwork<T>& network() { return network_; }

 private:
  SpikingNetwork<T> network_;
};

}  // namespace rule_search
