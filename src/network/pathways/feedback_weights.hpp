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
  std::size_t bytes() const;
  kernels::Weights<T>& operator[](int k) { return matrices_[static_cast<std::size_t>(k)]; }
  const kernels::Weights<T>& operator[](int k) const { return matrices_[static_cast<std::size_t>(k)]; }

 private:
  std::vector<Buffer<T>> memory_;  // without elements where it is kept apart
  std::vector<kernels::Weights<T>> matrices_;
};

/// Feedback weights to the input, kept a row a pixel: they are asked for by pixel. Not for weights that change with the
/// forward weights.
template <class T>
class PixelWeights {
 public:
  struct Matrix {
    std::size_t index;  ///< of the feedback weights
    std::size_t from;   ///< the layer whose error it carries
    Buffer<T> memory;
    kernels::Weights<T> weights;
  };

  PixelWeights(const Network& network, Feedback feedback);
  void set(const std::vector<std::vector<double>>& weights);
  std::size_t bytes() const;
  const std::vector<Matrix>& matrices() const { return matrices_; }

 private:
  std::vector<Matrix> matrices_;
};

/// Carries errors to the input by such weights. Where no pixel is lit, the derivative is 0 and there is no error.
template <class T>
class ToPixels {
 public:
  /// For `matrices` matrices.
  ToPixels(const Network& network, std::size_t matrices, int planes);
  /// The error at the input, for the lit pixels alone; it lists them.
  void carry(const PixelWeights<T>& by, const Carried<T>& network, const std::vector<Activity<T>>& error,
             Activity<T>& out);

 private:
  Buffer<T> lit_error_, more_;  // carried back to the lit pixels, before their derivative
};

/// All feedback weights of a pathway whose weights stay as they are.
template <class T>
struct FixedMatrices {
  FixedMatrices(const Network& network, Feedback feedback)
      : between(network, feedback, false), to_input(network, feedback) {}
  /// `with_input`: those to the input will be asked for.
  void set(const std::vector<std::vector<double>>& weights, bool with_input) {
    between.set(weights);
    if (with_input) to_input.set(weights);
  }
  std::size_t bytes() const { return between.bytes() + to_input.bytes(); }

  FeedbackWeights<T> between;
  PixelWeights<T> to_input;
};

/// A pathway by weights of its own that stay as they are, those to the input by pixel.
template <class T>
class FixedWeightsPathway : public Pathway<T> {
 public:
  FixedWeightsPathway(const Network& network, Feedback feedback, int planes)
      : network_(network),
        feedback_(feedback),
        own_(network, feedback),
        to_pixels_(network, own_.to_input.matrices().size(), planes) {}

  std::shared_ptr<const FixedMatrices<T>> prepared(const std::vector<std::vector<double>>& weights) const override {
    auto out = std::make_shared<FixedMatrices<T>>(network_, feedback_);
    out->set(weights, true);
    return out;
  }

  void start(const std::vector<std::vector<double>>& weights, bool to_input, const FeedbackNoise&,
             const FixedMatrices<T>* prepared) override {
    matrices_ = prepared != nullptr ? prepared : &own_;
    if (prepared == nullptr) own_.set(weights, to_input);
  }

  void carry(const Carried<T>& network, int lowest, std::vector<Activity<T>>& error) override {
    for (int l = network.populations.top() - 1; l >= lowest; --l) {
      if (l == 0)
        to_pixels_.carry(matrices_->to_input, network, error, error[0]);
      else
        carry_to(l, network, error);
    }
  }

 protected:
  /// To a layer that is not the input.
  virtual void carry_to(int l, const Carried<T>& network, std::vector<Activity<T>>& error) = 0;

  const FeedbackWeights<T>& between_layers() const { return matrices_->between; }

 private:
  Network network_;
  Feedback feedback_;
  FixedMatrices<T> own_;
  const FixedMatrices<T>* matrices_ = &own_;
  ToPixels<T> to_pixels_;
};

}  // namespace rule_search
