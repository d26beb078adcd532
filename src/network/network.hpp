// The network that learns: its layers, which of them are connected, and their activation.
#pragma once

#include <vector>

#include "network/feedback.hpp"
#include "network/graph.hpp"

namespace rule_search {

/// No biases: softplus neurons, log(1 + exp(beta z)) / beta, and a softmax output layer.
struct Network {
  std::vector<int> layers;  ///< neurons a layer, from the input to the output; at least two
  double beta = 10;
  std::vector<Projection> skips = {};  ///< on top of the chain, in the order of Graph::connections
  TargetPropagation dtp = {};          ///< for Feedback::dtp

  int connections() const { return static_cast<int>(layers.size() - 1 + skips.size()); }
  Graph graph() const { return Graph(static_cast<int>(layers.size()), skips); }
};

}  // namespace rule_search
