// One episode of online learning, complete: where it starts, the stream it learns from, the queries it is
// asked.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "network/network.hpp"

namespace rule_search {

template <class T>
class SampleSpace;

/// Samples, one a row.
struct Samples {
  int size = 0;
  std::vector<double> x;   ///< size x inputs, row by row
  std::vector<int> label;  ///< class of each sample, an index of the output layer
};

/// Matrices are row by row. Connection l leads from layer l to layer l+1 and has layers[l+1] x layers[l]
/// weights.
struct Episode {
  Network network;
  Feedback feedback = Feedback::fixed;
  std::vector<std::vector<double>> weights;  ///< at the start, one matrix a connection
  /// One matrix a connection, of the shape of its weights; for Feedback::direct layers[L] x layers[l]; may be
  /// empty for Feedback::symmetric.
  std::vector<std::vector<double>> feedback_weights;
  Samples train;  ///< the stream, in order
  Samples query;  ///< asked once, after the stream
  /// What all runs of the episode in single precision have in common; see prepare(). May be null.
  std::shared_ptr<const SampleSpace<float>> space;
};

}  // namespace rule_search
