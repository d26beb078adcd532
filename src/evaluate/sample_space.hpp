// All inputs of an episode, for a connection that keeps what its weights make of them.
#pragma once

#include "evaluate/buffer.hpp"
#include "evaluate/kernels/table.hpp"

namespace rule_search {

/// All inputs of an episode, for a connection that sees its weights through them (plan::in_sample_space).
template <class T>
class SampleSpace {
 public:
  /// X is m x T with one sample a column: `inputs` holds T samples of m numbers, one after the other, the
  /// first `steps` of them to learn from. `weights` are n x m, as they are at the start.
  void set(const double* inputs, int samples, int steps, int m, const double* weights, int n);
  int size() const { return samples_.cols; }
  const kernels::Weights<T>& samples() const { return samples_; }  ///< X
  const T* start() const { return start_.data(); }                 ///< W X, padded(T) numbers a row
  /// X' x_t for a step t; numbers of samples before t's block of `padding` are not there.
  const T* gram(int t) const { return gram_.data() + t * samples_.stride; }

 private:
  Buffer<T> memory_, rows_, gram_, start_;
  kernels::Weights<T> samples_{};
};

}  // namespace rule_search
