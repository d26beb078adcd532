// Sign-symmetry (Liao, Leibo & Poggio 2016): from layer to layer by random magnitudes with the signs of the forward
// weights.
#pragma once

#include "network/pathways/feedback_weights.hpp"

namespace rule_search {

template <class T>
class SignPathway : public Pathway<T> {
 public:
  SignPathway(const Network& network, int) : weights_(network, Feedback::sign, true) {}

  void start(const std::vector<std::vector<double>>& weights, bool, const FeedbackNoise&,
             const FixedMatrices<T>*) override {
    weights_.set(weights);
  }

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    const auto signed_now = [&](int c) -> const kernels::Weights<T>& {
      take_signs(network.connections[static_cast<std::size_t>(c)]->weights(), weights_[c]);
      return weights_[c];
    };
    for (int l = network.populations.top() - 1; l >= lowest; --l) carry_from_readers(network, l, signed_now, error);
  }

 private:
  // The signs that the forward weights have now; a sign has derivative 0.
  static void take_signs(const kernels::Weights<T>& w, kernels::Weights<T>& b) {
    for (int r = 0; r < w.rows; ++r)
      kernels::table<T>().take_signs(w.width(), w.data + r * w.stride, b.data + r * b.stride);
  }

  FeedbackWeights<T> weights_;
};

}  // namespace rule_search
