// Feedback alignment (Lillicrap et al. 2016): from layer to layer by fixed random weights.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class FixedPathway : public FixedWeightsPathway<T> {
 public:
  FixedPathway(const Network& network, int planes) : FixedWeightsPathway<T>(network, Feedback::fixed, planes) {}

 private:
  void carry_to(int l, const Carried<T>& network, std::vector<Activity<T>>& error) override {
    carry_from_readers(
        network, l, [&](int c) -> const kernels::Weights<T>& { return this->between_layers()[c]; }, error);
  }
};

}  // namespace rule_search
