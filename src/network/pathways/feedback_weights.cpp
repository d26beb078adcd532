#include "network/pathways/feedback_weights.hpp"

#include <algorithm>

#include "evaluate/work.hpp"

namespace rule_search {

namespace {

// Where a matrix of feedback weights leads from and to.
std::vector<Projection> places(const Network& network, Feedback feedback) {
  if (kind(feedback).shape != FeedbackShape::from_output) return network.graph().connections;
  std::vector<Projection> out;
  const int last = static_cast<int>(network.layers.size()) - 1;
  for (int l = 0; l < last; ++l) out.push_back({l, last});
  return out;
}

}  // namespace

template <class T>
FeedbackWeights<T>::FeedbackWeights(const Network& network, Feedback feedback, bool with_input) {
  const std::vector<MatrixShape> shapes = feedback_shapes(feedback, network);
  const std::vector<Projection> leads = places(network, feedback);
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    const auto [rows, cols] = shapes[k];
    const bool kept = leads[k].from > 0 || with_input;
    memory_.emplace_back(kept ? static_cast<std::size_t>(padded(rows) * padded(cols)) : 0);
    matrices_.push_back({memory_.back().data(), rows, cols, padded(cols), 0, 1});
  }
}

template <class T>
void FeedbackWeights<T>::set(const std::vector<std::vector<double>>& weights) {
  for (std::size_t k = 0; k < matrices_.size(); ++k) {
    if (memory_[k].size() == 0) continue;
    const kernels::Weights<T>& b = matrices_[k];
    const double* const from = weights[k].data();
    for (int r = 0; r < b.rows; ++r) {
      for (int c = 0; c < b.cols; ++c)
        b.data[r * b.stride + c] = static_cast<T>(from[static_cast<std::ptrdiff_t>(r) * b.cols + c]);
    }
  }
}

template <class T>
std::size_t FeedbackWeights<T>::bytes() const {
  std::size_t numbers = 0;
  for (const Buffer<T>& memory : memory_) numbers += memory.size();
  return numbers * sizeof(T);
}

template <class T>
std::size_t PixelWeights<T>::bytes() const {
  std::size_t numbers = 0;
  for (const Matrix& m : matrices_) numbers += m.memory.size();
  return numbers * sizeof(T);
}

template <class T>
PixelWeights<T>::PixelWeights(const Network& network, Feedback feedback) {
  const int pixels = network.layers[0];
  const std::vector<MatrixShape> shapes = feedback_shapes(feedback, network);
  const std::vector<Projection> leads = places(network, feedback);
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    if (leads[k].from != 0) continue;
    const int rows = shapes[k].rows;
    Matrix& m = matrices_.emplace_back(Matrix{k, static_cast<std::size_t>(leads[k].to), {}, {}});
    m.memory = Buffer<T>(static_cast<std::size_t>(padded(rows) * padded(pixels)));
    m.weights = {m.memory.data(), pixels, rows, padded(rows), 0, 1};
  }
}

// Some pixels of all neurons at a time, so that what is read and what is written both stay in the cache.
template <class T>
void PixelWeights<T>::set(const std::vector<std::vector<double>>& all) {
  for (const Matrix& m : matrices_) {
    const std::vector<double>& weights = all[m.index];
    const kernels::Weights<T>& to = m.weights;
    for (int first = 0; first < to.rows; first += kernels::padding) {
      const int end = std::min(to.rows, first + kernels::padding);
      for (int c = 0; c < to.cols; ++c) {
        for (int k = first; k < end; ++k)
          to.data[k * to.stride + c] = static_cast<T>(
              weights[static_cast<std::size_t>(c) * static_cast<std::size_t>(to.rows) + static_cast<std::size_t>(k)]);
      }
    }
  }
}

template <class T>
ToPixels<T>::ToPixels(const Network& network, std::size_t matrices, int planes) {
  const auto numbers = static_cast<std::size_t>(padded(network.layers[0]) * planes);
  lit_error_ = Buffer<T>(numbers);
  if (matrices > 1) more_ = Buffer<T>(numbers);
}

template <class T>
void ToPixels<T>::carry(const PixelWeights<T>& by, const Carried<T>& network, const std::vector<Activity<T>>& error,
                        Activity<T>& out) {
  const T* const derivative = input_derivative(network);
  out.listed = true;
  // Without a branch a pixel, since nothing foretells which are dark.
  out.filled.resize(static_cast<std::size_t>(out.size));
  int count = 0;
  for (int k = 0; k < out.size; ++k) {
    out.filled[static_cast<std::size_t>(count)] = k;
    count += derivative[k] != 0;
  }
  out.filled.resize(static_cast<std::size_t>(count));
  for (const typename PixelWeights<T>::Matrix& m : by.matrices()) {
    const bool first = &m == &by.matrices().front();
    work::count_product(m.weights, count, true, network.planes);
    kernels::table<T>().forward_rows(m.weights, out.filled.data(), count, error[m.from].column(),
                                     first ? lit_error_.data() : more_.data(), out.plane, network.planes);
    for (int p = 0; p < network.planes && !first; ++p)
      kernels::table<T>().add(kernels::padded(count), T(1), more_.data() + p * out.plane,
                              lit_error_.data() + p * out.plane);
  }
  for (int p = 0; p < network.planes; ++p) {
    T* const to = out.at(p);
    const T* const carried = lit_error_.data() + p * out.plane;
    std::fill_n(to, out.plane, T(0));
    for (int k = 0; k < count; ++k) {
      const int pixel = out.filled[static_cast<std::size_t>(k)];
      to[pixel] = carried[k] * derivative[pixel];
    }
  }
}

template class FeedbackWeights<float>;
template class FeedbackWeights<double>;
template class PixelWeights<float>;
template class PixelWeights<double>;
template class ToPixels<float>;
template class ToPixels<double>;

}  // namespace rule_search
