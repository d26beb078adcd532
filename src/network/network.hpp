// The network that learns: its layers and their activation.
#pragma once

#include <vector>

#include "network/feedback.hpp"

namespace rule_search {

/// Fully connected, no biases: softplus neurons, log(1 + exp(beta z)) / beta, and a softmax output layer.
struct Network {
  std::vector<int> layers;  ///< neurons a layer, from the input to the output; at least two
  double beta = 10;

  int connections() const { return static_cast<int>(layers.size()) - 1; }
};

}  // namespace rule_search
