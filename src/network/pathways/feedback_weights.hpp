// Matrices of feedback weights, for pathways that have some.
#pragma once

#include <vector>

#include "network/pathway.hpp"

namespace rule_search {

/// A matrix a connection, of the shape that the kind of feedback says; for connections from `lowest` on.
template <class T>
class FeedbackWeights {
 public:
  FeedbackWeights(const Network& network, Feedback feedback, int lowest = 0);
  void set(const std::vector<std::vector<double>>& weights);
  kernels::Weights<T>& operator[](int l) { return matrices_[static_cast<std::size_t>(l)]; }

 private:
  int lowest_;
  std::vector<Buffer<T>> memory_;
  std::vector<kernels::Weights<T>> matrices_;
};

/// Feedback weights to the input, kept a row a pixel. They are asked for by pixel: where none is lit, the derivative is 0
/// and there is no error. Not for weights that change with the forward weights.
template <class T>
class PixelWeights {
 public:
  PixelWeights(const Network& network, Feedback feedback, int planes);
  void set(const std::vector<double>& weights);
  /// The error at the input, for the lit pixels alone; it lists them.
  void carry(const Carried<T>& network, const Activity<T>& from, Activity<T>& error);

 private:
  Buffer<T> memory_;
  kernels::Weights<T> weights_;
  Buffer<T> lit_error_;  // carried back to the lit pixels, before their derivative
};

/// A pathway by weights of its own that stay as they are, those to the input by pixel.
template <class T>
class FixedWeightsPathway : public Pathway<T> {
 public:
  FixedWeightsPathway(const Network& network, Feedback feedback, int planes)
      : weights_(network, feedback, 1), to_input_(network, feedback, planes) {}

  void start(const std::vector<std::vector<double>>& weights, bool to_input) override {
    weights_.set(weights);
    if (to_input) to_input_.set(weights[0]);
  }

 protected:
  /// From an error above to that of layer l.
  void carry_to(int l, const Carried<T>& network, const Activity<T>& from, Activity<T>& to) {
    if (l == 0)
      to_input_.carry(network, from, to);
    else
      carry_back(network, l, weights_[l], from, to);
  }

 private:
  FeedbackWeights<T> weights_;
  PixelWeights<T> to_input_;
};

}  // namespace rule_search
