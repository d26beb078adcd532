// Feedback alignment (Lillicrap et al. 2016): from layer to layer by fixed random weights.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class FixedPathway : public Pathway<T> {
 public:
  FixedPathway(const Network& network, int planes)
      : weights_(network, Feedback::fixed, 1), to_input_(network, Feedback::fixed, planes) {}

  void start(const std::vector<std::vector<double>>& weights, bool to_input) override {
    weights_.set(weights);
    if (to_input) to_input_.set(weights[0]);
  }

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    for (int l = network.populations.top() - 1; l >= lowest; --l) {
      const auto i = static_cast<std::size_t>(l);
      if (l == 0)
        to_input_.carry(network, error[1], error[0]);
      else
        carry_back(network, l, weights_[l], error[i + 1], error[i]);
    }
  }

 private:
  FeedbackWeights<T> weights_;
  PixelWeights<T> to_input_;
};

}  // namespace rule_search
