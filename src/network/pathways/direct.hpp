// Direct feedback alignment (Nokland 2016): from the output to every layer by fixed random weights.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class DirectPathway : public FixedWeightsPathway<T> {
 public:
  DirectPathway(const Network& network, int planes) : FixedWeightsPathway<T>(network, Feedback::direct, planes) {}

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    for (int l = network.populations.top() - 1; l >= lowest; --l)
      this->carry_to(l, network, error.back(), error[static_cast<std::size_t>(l)]);
  }
};

}  // namespace rule_search
