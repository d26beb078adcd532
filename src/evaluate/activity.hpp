// A column of numbers of a population, with tangents: the currency between a network and its connections.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/buffer.hpp"
#include "evaluate/kernels/table.hpp"

namespace rule_search {

inline std::ptrdiff_t padded(int n) { return kernels::padded(n); }

/// One number a neuron (activity, error, input current of a layer), with its tangents.
template <class T>
struct Activity {
  explicit Activity(int neurons = 0, int planes = 1)
      : size(neurons), plane(padded(neurons)), planes(planes), memory(static_cast<std::size_t>(plane * planes)) {}
  T* at(int p) { return memory.data() + p * plane; }
  const T* at(int p) const { return memory.data() + p * plane; }
  kernels::Column<T> column() const { return {memory.data(), plane, active && planes > 1}; }

  int size;
  std::ptrdiff_t plane;
  int planes;
  bool active = true;
  bool listed = false;      ///< all neurons but those of `filled` are zero, tangents included
  std::vector<int> filled;  ///< in ascending order
  Buffer<T> memory;
};

}  // namespace rule_search
