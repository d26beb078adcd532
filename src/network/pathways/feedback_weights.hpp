// Matrices of feedback weights, for pathways that have some.
#pragma once

#include <vector>

#include "network/pathway.hpp"

namespace rule_search {

/// The matrices that feedback_shapes() says, but those to the input, which are kept apart or not at all.
template <class T>
class FeedbackWeights {
 public:
  /// `with_input`: all of them.
  FeedbackWeights(const Network& network, Feedback feedback, bool with_input);
  void set(const std::vector<std::vector<double>>& weights);
  kernels::Weights<T>& operator[](int k) { return matrices_[static_cast<std::size_t>(k)]; }

 private:
  std::vector<Buffer<T>> memory_;  // without elements where it is kept apart
  std::vector<kernels::Weights<T>> matrices_;
};

/// Feedback weights to the input, kept a row a pixel. They are asked for by pixel: where none is lit, the derivative is 0
/// and there is no error. Not for weights that change with the forward weights.
template <class T>
class PixelWeights {
 public:
  PixelWeights(const Network& network, Feedback feedback, int planes);
  void set(const std::vector<std::vector<double>>& weights);
  /// The error at the input, for the lit pixels alone; it lists them.
  void carry(const Carried<T>& network, const std::vector<Activity<T>>& error, Activity<T>& out);

 private:
  struct Matrix {
    std::size_t index;  // of the feedback weights
    std::size_t from;   // the layer whose error it carries
    Buffer<T> memory;
    kernels::Weights<T> weights;
  };
  std::vector<Matrix> matrices_;
  Buffer<T> lit_error_, more_;  // carried back to the lit pixels, before their derivative
};

/// A pathway by weights of its own that stay as they are, those to the input by pixel.
template <class T>
class FixedWeightsPathway : public Pathway<T> {
 public:
  FixedWeightsPathway(const Network& network, Feedback feedback, int planes)
      : weights_(network, feedback, false), to_input_(network, feedback, planes) {}

  void start(const std::vector<std::vector<double>>& weights, bool to_input, const FeedbackNoise&) override {
    weights_.set(weights);
    if (to_input) to_input_.set(weights);
  }

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    for (int l = network.populations.top() - 1; l >= lowest; --l) {
      if (l == 0)
        to_input_.carry(network, error, error[0]);
      else
        carry_to(l, network, error);
    }
  }

 protected:
  /// To a layer that is not the input.
  virtual void carry_to(int l, const Carried<T>& network, std::vector<Activity<T>>& error) = 0;

  FeedbackWeights<T> weights_;

 private:
  PixelWeights<T> to_input_;
};

}  // namespace rule_search
