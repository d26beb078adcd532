// A change of the weights that waits for the next pass over them.
#pragma once

#include <vector>

#include "evaluate/parts.hpp"
#include "evaluate/registers.hpp"

namespace rule_search {

/// What a step has learnt and the next pass adds to the weights: outer products, and a multiple of the weights
/// themselves.
template <class T>
class Pending {
 public:
  /// Columns that are written over before the change is added are kept as copies: what looks at activities and states, and
  /// `fused_backward`, an instruction or plan::none. `late`: the change may wait until the next errors are there, so what
  /// looks at errors is kept as well. `plan` must outlive it.
  Pending(const plan::Plan& plan, const Registers<T>& registers, int planes, int fused_backward, bool late);

  /// The outer products of the plan, as the registers are now. `scale`: a number a plane, or null for 0; it must stay
  /// until the change is taken. Columns of the weights before `from` stay as they are.
  void hold(const Registers<T>& registers, const T* scale, int from);
  void drop() { waiting_ = false; }
  bool waiting() const { return waiting_; }
  /// Column t of the weights as it will be when what waits is added, with tangents; what waits goes on waiting.
  void column(const kernels::Weights<T>& weights, int t, Activity<T>& out) const;
  /// A pass that adds what waits, and so far nothing else.
  kernels::Pass<T> take(const kernels::Weights<T>& weights);

 private:
  kernels::Column<T> kept(const Register<T>& x, Buffer<T>& copy) const;
  void look_for_zeros();

  const plan::Plan& plan_;
  std::vector<kernels::Column<T>> left_, right_;
  std::vector<Buffer<T>> left_copies_, right_copies_;
  int planes_;
  Parts<T> parts_;
  std::vector<unsigned char> zeros_;  // of the left and right columns in turn, plane by plane
  bool waiting_ = false;
  const T* scale_ = nullptr;
  int from_ = 0;
};

}  // namespace rule_search
