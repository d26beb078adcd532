// The network that learns: sizes, activation, and the way errors travel back.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rule_search {

/// How the error of a layer is carried to the layer before it.
enum class Feedback {
  fixed,      ///< by fixed random weights B (feedback alignment)
  symmetric,  ///< by the transposed forward weights (backpropagation)
  direct,     ///< the error of the output layer goes to every layer by fixed random weights
  sign,       ///< random magnitudes, the signs of the forward weights (sign-symmetry)
};

const char* name(Feedback feedback);
std::optional<Feedback> feedback_named(const std::string& name);

/// Fully connected, no biases: softplus cells, log(1 + exp(beta z)) / beta, and a softmax output layer.
struct Network {
  std::vector<int> layers;  ///< cells a layer, from the input to the output; at least two
  double beta = 10;

  int connections() const { return static_cast<int>(layers.size()) - 1; }
};

}  // namespace rule_search
