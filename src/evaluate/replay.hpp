// Products with weights that are not at hand: from the weights at the start through all changes since.
#pragma once

#include <vector>

#include "evaluate/registers.hpp"
#include "evaluate/sample_space.hpp"

namespace rule_search {

/// What every step of an episode has added to the weights, for w * x of a connection in sample space (Code::replay).
template <class T>
class Replay {
 public:
  /// Holds memory only where the plan replays. `plan` must outlive it.
  Replay(const plan::Plan& plan, const Extents& extents);

  /// Begins anew with these weights, row by row. `planes`: those that will be replayed.
  void start(const double* weights, int planes);
  /// The change of this step, as the registers are now; `scale` is a number a plane.
  void remember(const Registers<T>& registers, const T* scale);
  /// out = w * x. `filled`: presynaptic neurons where x is not zero.
  void multiply(kernels::Column<T> x, const std::vector<int>& filled, const SampleSpace<T>& space, Register<T>& out);

 private:
  // Of one outer product, every step.
  struct Remembered {
    Buffer<T> left;   // columns, step by step, each with its planes
    Buffer<T> u;      // as left, where right is w' * u
    Buffer<T> right;  // a presynaptic neuron a row, a step a column, plane by plane, where right is no sample
    Buffer<T> numbers;
  };

  const plan::Plan& plan_;
  Extents extents_;
  bool replays_;
  int planes_ = 1;
  int steps_ = 0;
  Buffer<T> start_;  // the weights at the start, a presynaptic neuron a row
  Buffer<T> scales_;
  std::vector<Remembered> remembered_;
  std::vector<kernels::Replayed<T>> replayed_;
};

}  // namespace rule_search
