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

// Pixels that any of `count` samples has: the others add nothing to a product with these.
template <class T>
void list_lit(const T* samples, int count, std::ptrdiff_t stride, int m, std::vector<int>& lit) {
  std::vector<unsigned char> any(static_cast<std::size_t>(m));
  for (int t = 0; t < count; ++t) {
    const T* const sample = samples + t * stride;
    for (int j = 0; j < m; ++j) any[static_cast<std::size_t>(j)] |= static_cast<unsigned char>(sample[j] != 0);
  }
  lit.clear();
  for (int j = 0; j < m; ++j) {
    if (any[static_cast<std::size_t>(j)] != 0) lit.push_back(j);
  }
}

}  // namespace

// Samples from number `first` on, as rows and as columns: some pixels of some samples at a time, so that what is written stays
// in the cache.
template <class T>
void SampleSpace<T>::take(std::span<const double> inputs, int first, int m) {
  constexpr int block = 16;
  const int count = static_cast<int>(inputs.size()) / m;
  const std::ptrdiff_t stride = samples_.stride;
  const std::ptrdiff_t down = padded(m);
  for (int k = 0; k < count; k += block) {
    const int end = std::min(k + block, count);
    for (int t = k; t < end; ++t) {
      const double* const x = inputs.data() + static_cast<std::ptrdiff_t>(t) * m;
      T* const row = rows_.data() + (first + t) * down;
      for (int j = 0; j < m; ++j) row[j] = static_cast<T>(x[j]);
    }
    for (int j = 0; j < m; ++j) {
      T* const to = memory_.data() + j * stride + first;
      for (int t = k; t < end; ++t) to[t] = rows_.data()[(first + t) * down + j];
    }
  }
}

template <class T>
void SampleSpace<T>::set(std::span<const double> learned, std::span<const double> asked, int m) {
  const int steps = static_cast<int>(learned.size()) / m;
  const int samples = steps + static_cast<int>(asked.size()) / m;
  const std::ptrdiff_t stride = padded(samples);
  const std::ptrdiff_t down = padded(m);
  fit(memory_, down * stride);
  fit(rows_, stride * down);
  fit(gram_, stride * stride);
  count_ = 0;
  samples_ = {memory_.data(), m, samples, stride, down * stride, 1};
  const auto& k = kernels::table<T>();
  take(learned, 0, m);
  take(asked, steps, m);
  list_lit(rows_.data(), samples, down, m, seen_);
  // Each of a dozen samples is a plane to the kernel, which multiplies one matrix by many columns. A step
  // asks for later samples alone.
  constexpr int dozen = 12;
  std::vector<int> lit;
  for (int t = 0; t < steps; t += dozen) {
    const int now = std::min(dozen, steps - t);
    const int first = t / kernels::padding * kernels::padding;
    const kernels::Weights<T> later = samples_.from_column(first);
    list_lit(rows_.data() + t * down, now, down, m, lit);
    const int count = static_cast<int>(lit.size());
    work::count_product(later, count, true, now);
    k.backward_rows(later, lit.data(), count, {rows_.data() + t * down, down, true}, gram_.data() + t * stride + first,
                    stride, now);
  }
}

template <class T>
void SampleSpace<T>::add_start(const double* weights, int n) {
  const int m = samples_.rows;
  const std::ptrdiff_t stride = samples_.stride;
  const std::ptrdiff_t down = padded(m);
  // Large, and of no use when this ends: one a thread.
  thread_local Buffer<T> rows;
  if (rows.size() < static_cast<std::size_t>(padded(n) * down)) fit(rows, padded(n) * down);
  if (starts_.size() == count_) starts_.emplace_back();
  Buffer<T>& start = starts_[count_++];
  fit(start, padded(n) * stride);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j)
      rows.data()[i * down + j] = static_cast<T>(weights[static_cast<std::ptrdiff_t>(i) * m + j]);
  }
  work::count_product(samples_, static_cast<int>(seen_.size()), true, n);
  kernels::table<T>().backward_rows(samples_, seen_.data(), static_cast<int>(seen_.size()), {rows.data(), down, true},
                                    start.data(), stride, n);
}

template <class T>
std::size_t SampleSpace<T>::bytes() const {
  std::size_t numbers = memory_.size() + rows_.size() + gram_.size();
  for (const Buffer<T>& start : starts_) numbers += start.size();
  return numbers * sizeof(T);
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
