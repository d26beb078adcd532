// All inputs of an episode, for a connection that keeps what its weights make of them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "evaluate/buffer.hpp"
#include "evaluate/kernels/table.hpp"

namespace rule_search {

/// All inputs of an episode, for connections that see their weights through them (plan::in_sample_space).
template <class T>
class SampleSpace {
 public:
  /// X is m x T with one sample a column: `learned` and then `asked` hold them, m numbers each, one after the other. Starts
  /// are forgotten.
  void set(std::span<const double> learned, std::span<const double> asked, int m);
  /// The next start: of a connection with these n x m weights, as they are at the start.
  void add_start(const double* weights, int n);
  int size() const { return samples_.cols; }
  const kernels::Weights<T>& samples() const { return samples_; }  ///< X
  /// The m numbers of sample t.
  const T* sample(int t) const { return rows_.data() + t * kernels::padded(samples_.rows); }
  /// Of all numbers, in bytes.
  std::size_t bytes() const;
  /// W X of the connection whose weights were added as number k; padded(T) numbers a row.
  const T* start(std::size_t k) const { return starts_[k].data(); }
  /// X' x_t for a step t; numbers of samples before t's block of `padding` are not there.
  const T* gram(int t) const { return gram_.data() + t * samples_.stride; }

 private:
  void take(std::span<const double> inputs, int first, int m);

  Buffer<T> memory_, rows_, gram_;
  std::vector<Buffer<T>> starts_;
  std::size_t count_ = 0;  // of starts that were added
  std::vector<int> seen_;  // pixels that any sample has: others take no part in any product
  kernels::Weights<T> samples_{};
};

/// What samples make of a column that several connections read (X' x), so that it is computed once a step.
template <class T>
class Projections {
 public:
  /// Columns have other values now.
  void forget() { count_ = 0; }
  /// Memory for what the column at `column` becomes from sample `first` on, with `planes` planes of `plane` numbers, and
  /// whether it holds that already.
  struct Place {
    T* at;
    bool known;
  };
  Place place(const T* column, int first, int planes, std::ptrdiff_t plane);

 private:
  struct Entry {
    const T* column;
    int first, planes;
    Buffer<T> memory;
  };
  std::vector<Entry> entries_;
  std::size_t count_ = 0;
};

}  // namespace rule_search
