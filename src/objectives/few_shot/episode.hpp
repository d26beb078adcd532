// One episode of online learning, complete: where it starts, the stream it learns from, the queries it is
// asked.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "network/network.hpp"

namespace rule_search {

template <class T>
struct Prepared;

/// Samples, one a row.
struct Samples {
  int size = 0;
  std::vector<double> x;   ///< size x inputs, row by row
  std::vector<int> label;  ///< class of each sample, an index of the output layer
};

/// Matrices are row by row. A connection has as many rows as neurons in the layer that it leads to, as many columns as in
/// the layer that it comes from. Connections are in the order of the network's graph.
struct Episode {
  Network network;
  Feedback feedback = Feedback::fixed;
  std::vector<std::vector<double>> weights;  ///< at the start, one matrix a connection
  /// Of the shapes that feedback_shapes() says.
  std::vector<std::vector<double>> feedback_weights;
  /// For feedback weights that learn: of every step and connection, a standard normal number a presynaptic neuron. Empty:
  /// they follow from the episode; see noise_of().
  std::vector<std::vector<std::vector<double>>> noise;
  Samples train;  ///< the stream, in order
  Samples query;  ///< asked once, after the stream
  /// What all runs of the episode in single precision have in common; see prepare(). May be null.
  std::shared_ptr<const Prepared<float>> prepared;
};

}  // namespace rule_search
