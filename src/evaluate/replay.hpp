// Products with weights that are not at hand: from the weights at the start through all changes since.
#pragma once

#include <cstddef>
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

  /// Whether the kernel has room for what this plan needs.
  static bool has_room(const plan::Plan& plan, int planes);

  /// Begins anew with these weights, row by row. Which registers have tangents is known then.
  void start(const double* weights, const Registers<T>& registers);
  /// The change of this step, as the registers are now; `scale` is a number a plane.
  void remember(const Registers<T>& registers, const T* scale);
  /// out = w * x. `filled`: presynaptic neurons where x is not zero.
  void multiply(kernels::Column<T> x, const std::vector<int>& filled, const SampleSpace<T>& space, Register<T>& out);

 private:
  // A column of the post side, step by step, each with its planes: once, in however many outer products it stands.
  struct Kept {
    int value;  // instruction
    bool active = false;
    Buffer<T> steps;
  };
  // A right column: the sample of a step, or another column of the pre side, or w' * u.
  struct Right {
    int value = plan::none;  // of another column, instruction
    int planes = 1;          // that are remembered of it
    Buffer<T> blocks;        // as kernels::Table::products_with_history has them
    Buffer<T> numbers;       // what all of them make of x, plane by plane
    int u = plan::none;      // of w' * u, which of the kept columns
  };

  // A left column: one of the kept, or a multiple of it, which takes less memory to read.
  struct Left {
    int kept;
    int value;                         // instruction
    const plan::Term* term = nullptr;  // of the multiple
    bool active = false;
    Buffer<T> multiples;  // a number a plane, step by step
  };

  int keep(int value);
  Left left_of(int value);
  void remember(Right& right, const Registers<T>& registers);
  void remember(Left& left, const Registers<T>& registers);
  kernels::History<T> history(int kept) const;

  const plan::Plan& plan_;
  Extents extents_;
  bool replays_;
  int planes_ = 1;
  int steps_ = 0;
  Buffer<T> start_;  // the weights at the start, a presynaptic neuron a row
  Buffer<T> scales_;
  std::vector<Kept> kept_;
  std::vector<Left> lefts_;    // of every outer product
  std::vector<Right> rights_;  // of every outer product
  std::vector<kernels::Replayed<T>> replayed_;
};

}  // namespace rule_search
