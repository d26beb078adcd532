// Backpropagation: from layer to layer by the transposed forward weights.
#pragma once

#include "network/pathway.hpp"

namespace rule_search {

template <class T>
class SymmetricPathway : public Pathway<T> {
 public:
  SymmetricPathway(const Network&, int) {}

  void start(const std::vector<std::vector<double>>&, bool) override {}

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    for (int l = network.populations.top() - 1; l >= lowest; --l) {
      const auto i = static_cast<std::size_t>(l);
      carry_back(network, l, network.connections[i]->weights(), error[i + 1], error[i]);
    }
  }
};

}  // namespace rule_search
