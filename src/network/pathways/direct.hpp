// Direct feedback alignment (Nokland 2016): from the output to every layer by fixed random weights.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class DirectPathway : public Pathway<T> {
 public:
  DirectPathway(const Network& network, int planes)
      : weights_(network, Feedback::direct, 1), to_input_(network, Feedback::direct, planes) {}

  void start(const std::vector<std::vector<double>>& weights, bool to_input) override {
    weights_.set(weights);
    if (to_input) to_input_.set(weights[0]);
  }

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    const Activity<T>& output = error.back();
    for (int l = network.populations.top() - 1; l >= lowest; --l) {
      if (l == 0)
        to_input_.carry(network, output, error[0]);
      else
        carry_back(network, l, weights_[l], output, error[static_cast<std::size_t>(l)]);
    }
  }

 private:
  FeedbackWeights<T> weights_;
  PixelWeights<T> to_input_;
};

}  // namespace rule_search
