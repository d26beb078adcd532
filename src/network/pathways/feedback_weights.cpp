#include "network/pathways/feedback_weights.hpp"

#include <algorithm>

#include "evaluate/work.hpp"

namespace rule_search {

template <class T>
FeedbackWeights<T>::FeedbackWeights(const Network& network, Feedback feedback, int lowest) : lowest_(lowest) {
  for (int l = 0; l < network.connections(); ++l) {
    const int rows = feedback_rows(feedback, network, l);
    const int cols = network.layers[static_cast<std::size_t>(l)];
    memory_.emplace_back(l < lowest ? 0 : static_cast<std::size_t>(padded(rows) * padded(cols)));
    matrices_.push_back({memory_.back().data(), rows, cols, padded(cols), 0, 1});
  }
}

template <class T>
void FeedbackWeights<T>::set(const std::vector<std::vector<double>>& weights) {
  for (std::size_t l = static_cast<std::size_t>(lowest_); l < matrices_.size(); ++l) {
    const kernels::Weights<T>& b = matrices_[l];
    const double* const from = weights[l].data();
    for (int r = 0; r < b.rows; ++r) {
      for (int c = 0; c < b.cols; ++c)
        b.data[r * b.stride + c] = static_cast<T>(from[static_cast<std::ptrdiff_t>(r) * b.cols + c]);
    }
  }
}

template <class T>
PixelWeights<T>::PixelWeights(const Network& network, Feedback feedback, int planes) {
  const int pixels = network.layers[0];
  const int rows = feedback_rows(feedback, network, 0);
  memory_ = Buffer<T>(static_cast<std::size_t>(padded(rows) * padded(pixels)));
  weights_ = {memory_.data(), pixels, rows, padded(rows), 0, 1};
  lit_error_ = Buffer<T>(static_cast<std::size_t>(padded(pixels) * planes));
}

// Some pixels of all neurons at a time, so that what is read and what is written both stay in the cache.
template <class T>
void PixelWeights<T>::set(const std::vector<double>& weights) {
  for (int first = 0; first < weights_.rows; first += kernels::padding) {
    const int end = std::min(weights_.rows, first + kernels::padding);
    for (int c = 0; c < weights_.cols; ++c) {
      for (int k = first; k < end; ++k)
        weights_.data[k * weights_.stride + c] =
            static_cast<T>(weights[static_cast<std::size_t>(c) * static_cast<std::size_t>(weights_.rows) +
                                   static_cast<std::size_t>(k)]);
    }
  }
}

template <class T>
void PixelWeights<T>::carry(const Carried<T>& network, const Activity<T>& from, Activity<T>& error) {
  const T* const derivative = input_derivative(network);
  error.listed = true;
  // Without a branch a pixel, since nothing foretells which are dark.
  error.filled.resize(static_cast<std::size_t>(error.size));
  int count = 0;
  for (int k = 0; k < error.size; ++k) {
    error.filled[static_cast<std::size_t>(count)] = k;
    count += derivative[k] != 0;
  }
  error.filled.resize(static_cast<std::size_t>(count));
  work::count_product(weights_, count, true, network.planes);
  kernels::table<T>().forward_rows(weights_, error.filled.data(), count, from.column(), lit_error_.data(), error.plane,
                                   network.planes);
  for (int p = 0; p < network.planes; ++p) {
    T* const to = error.at(p);
    const T* const carried = lit_error_.data() + p * error.plane;
    std::fill_n(to, error.plane, T(0));
    for (int k = 0; k < count; ++k) {
      const int pixel = error.filled[static_cast<std::size_t>(k)];
      to[pixel] = carried[k] * derivative[pixel];
    }
  }
}

template class FeedbackWeights<float>;
template class FeedbackWeights<double>;
template class PixelWeights<float>;
template class PixelWeights<double>;

}  // namespace rule_search
