// Where the value of an instruction lies.
#pragma once

#include <algorithm>
#include <cstddef>

#include "evaluate/activity.hpp"
#include "expression/shape.hpp"

namespace rule_search {

/// The value of an instruction: element (r, c) of plane p is data[p * plane + r * down + c * right].
template <class T>
struct Register {
  T* data = nullptr;
  std::ptrdiff_t plane = 0;
  std::ptrdiff_t down = 0;
  std::ptrdiff_t right = 0;
  int rows = 1;
  int cols = 1;
  bool active = false;  ///< has tangents

  /// Strides of a value that has memory of its own: a matrix row by row, a column or a row in one stretch. `kept`: all rows
  /// of a matrix; otherwise each takes the place of the one before.
  void lay_out(Shape shape, bool kept = true) {
    const bool is_matrix = shape.is_matrix();
    down = is_matrix ? (kept ? padded(cols) : 0) : shape.is_number() ? 0 : 1;
    right = is_matrix ? 1 : 0;
    plane = is_matrix ? (kept ? padded(rows) : 1) * padded(cols) : padded(std::max(rows, cols));
  }
  kernels::Column<T> column() const { return {data, plane, active}; }
};

/// How large the values of a connection's instructions are.
struct Extents {
  int post = 0;     ///< postsynaptic neurons
  int pre = 0;      ///< presynaptic neurons
  int columns = 0;  ///< of the weights: presynaptic neurons, or samples for a connection in sample space
  int planes = 1;   ///< 1 + tangents

  /// `by_sample`: a pre-side column seen through the samples.
  int of(Side side, bool by_sample) const {
    return side == Side::one ? 1 : side == Side::post ? post : by_sample ? columns : pre;
  }
};

}  // namespace rule_search
