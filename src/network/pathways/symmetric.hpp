// Backpropagation: from layer to layer by the transposed forward weights.
#pragma once

#include "network/pathway.hpp"

namespace rule_search {

template <class T>
class SymmetricPathway : public Pathway<T> {
 public:
  SymmetricPathway(const Network&, int) {}

  void start(const std::vector<std::vector<double>>&, bool, const FeedbackNoise&, const FixedMatrices<T>*) override {}

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    const auto weights = [&](int c) -> const kernels::Weights<T>& {
      return network.connections[static_cast<std::size_t>(c)]->weights();
    };
    for (int l = network.populations.top() - 1; l >= lowest; --l) carry_from_readers(network, l, weights, error);
  }
};

}  // namespace rule_search
