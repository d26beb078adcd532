#include "evaluate/sample_space.hpp"

#include <algorithm>
#include <vector>

#include "evaluate/activity.hpp"
#include "evaluate/work.hpp"

namespace rule_search {

namespace {

template <class T>
void fit(Buffer<T>& buffer, std::ptrdiff_t size) {
  if (buffer.size() != static_cast<std::size_t>(size)) buffer = Buffer<T>(static_cast<std::size_t>(size));
}

}  // namespace

template <class T>
void SampleSpace<T>::set(const double* inputs, int samples, int steps, int m) {
  const std::ptrdiff_t stride = padded(samples);
  const std::ptrdiff_t down = padded(m);
  fit(memory_, down * stride);
  fit(rows_, stride * down);
  fit(gram_, stride * stride);
  count_ = 0;
  samples_ = {memory_.data(), m, samples, stride, down * stride, 1};
  const auto& k = kernels::table<T>();
  seen_.clear();
  for (int j = 0; j < m; ++j) {
    bool any = false;
    for (int t = 0; t < samples; ++t) {
      const T x = static_cast<T>(inputs[static_cast<std::ptrdiff_t>(t) * m + j]);
      memory_.data()[j * stride + t] = rows_.data()[t * down + j] = x;
      any = any || x != 0;
    }
    if (any) seen_.push_back(j);
  }
  // Each of a dozen samples is a plane to the kernel, which multiplies one matrix by many columns. A step
  // asks for later samples alone.
  constexpr int dozen = 12;
  for (int t = 0; t < steps; t += dozen) {
    const int now = std::min(dozen, steps - t);
    const int first = t / kernels::padding * kernels::padding;
    const kernels::Weights<T> later = samples_.from_column(first);
    work::count_product(later, static_cast<int>(seen_.size()), true, now);
    k.backward_rows(later, seen_.data(), static_cast<int>(seen_.size()), {rows_.data() + t * down, down, true},
                    gram_.data() + t * stride + first, stride, now);
  }
}

template <class T>
void SampleSpace<T>::add_start(const double* weights, int n) {
  const int m = samples_.rows;
  const std::ptrdiff_t stride = samples_.stride;
  const std::ptrdiff_t down = padded(m);
  if (rows_.size() < static_cast<std::size_t>(padded(n) * down)) fit(rows_, padded(n) * down);
  if (starts_.size() == count_) starts_.emplace_back();
  Buffer<T>& start = starts_[count_++];
  fit(start, padded(n) * stride);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j)
      rows_.data()[i * down + j] = static_cast<T>(weights[static_cast<std::ptrdiff_t>(i) * m + j]);
  }
  work::count_product(samples_, static_cast<int>(seen_.size()), true, n);
  kernels::table<T>().backward_rows(samples_, seen_.data(), static_cast<int>(seen_.size()), {rows_.data(), down, true},
                                    start.data(), stride, n);
}

template <class T>
typename Projections<T>::Place Projections<T>::place(const T* column, int first, int planes, std::ptrdiff_t plane) {
  for (std::size_t k = 0; k < count_; ++k) {
    Entry& e = entries_[k];
    if (e.column == column && e.first == first && e.planes == planes) return {e.memory.data(), true};
  }
  if (entries_.size() == count_) entries_.push_back({});
  Entry& e = entries_[count_++];
  e.column = column;
  e.first = first;
  e.planes = planes;
  const auto size = static_cast<std::size_t>(planes * plane);
  if (e.memory.size() < size) e.memory = Buffer<T>(size);
  return {e.memory.data(), false};
}

template class Projections<float>;
template class Projections<double>;
template class SampleSpace<float>;
template class SampleSpace<double>;

}  // namespace rule_search
