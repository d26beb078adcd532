// How many fused multiply-adds the kernels have been asked for, on this thread; for benchmarks.
#pragma once

#include <cstdint>

#include "evaluate/kernels/table.hpp"

namespace rule_search::work {

inline thread_local std::uint64_t multiply_adds = 0;

inline void add(double count) { multiply_adds += static_cast<std::uint64_t>(count); }

/// A value and its tangents take one product for the value and one or two for each tangent.
inline double product(int planes, bool first_active, bool second_active) {
  return 1 + (planes - 1) * (static_cast<double>(first_active) + static_cast<double>(second_active));
}

template <class T>
void count_update(const kernels::Weights<T>& w, const kernels::Pass<T>& pass) {
  const int parts = pass.parts_from == nullptr ? 0 : pass.parts_from[w.planes];
  add((parts + (pass.scale == nullptr ? 0 : product(w.planes, true, true))) * w.rows * w.cols);
}

/// w or w' times a column, over `rows` of its rows.
template <class T>
void count_product(const kernels::Weights<T>& w, int rows, bool column_active, int planes) {
  add(product(planes, w.planes > 1, column_active) * rows * w.cols);
}

inline void count_replay(int steps, int outers, int through, bool scaled, int planes, int cells) {
  add(product(planes, true, true) * steps * cells * (outers + through + (scaled ? 1 : 0)));
}

}  // namespace rule_search::work
