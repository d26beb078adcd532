// Feedback alignment (Lillicrap et al. 2016): from layer to layer by fixed random weights.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class FixedPathway : public FixedWeightsPathway<T> {
 public:
  FixedPathway(const Network& network, int planes) : FixedWeightsPathway<T>(network, Feedback::fixed, planes) {}

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    for (int l = network.populations.top() - 1; l >= lowest; --l) {
      const auto i = static_cast<std::size_t>(l);
      this->carry_to(l, network, error[i + 1], error[i]);
    }
  }
};

}  // namespace rule_search
