// Direct feedback alignment (Nokland 2016): from the output to every layer by fixed random weights, whatever the skips are.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class DirectPathway : public FixedWeightsPathway<T> {
 public:
  DirectPathway(const Network& network, int planes) : FixedWeightsPathway<T>(network, Feedback::direct, planes) {}

 private:
  void carry_to(int l, const Carried<T>& network, std::vector<Activity<T>>& error) override {
    Activity<T>& to = error[static_cast<std::size_t>(l)];
    SentBack<T>(network, to).add(this->between_layers()[l], error.back());
    times_derivative(network, l, to);
  }
};

}  // namespace rule_search
