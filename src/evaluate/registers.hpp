// The values of all instructions of a plan, and which of them need tangents.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/inputs.hpp"
#include "evaluate/register.hpp"
#include "plan/plan.hpp"
#include "plan/rows.hpp"

namespace rule_search {

template <class T>
class States;

/// A register for every instruction of a plan: its own memory, or a view of what the network, the states or the weights
/// hold. What registers look at must outlive them. A next value that is computed in place lies in the state itself.
template <class T>
class Registers {
 public:
  /// Parameter r of the plan is direction `direction[r]` here, or has no tangent where that is -1. `net`: w * pre. `rows`: which
  /// values are kept whole.
  Registers(const plan::Plan& plan, const Extents& extents, std::vector<int> direction, const Inputs<T>& inputs,
            const Activity<T>* net, const States<T>& states, const kernels::Weights<T>& weights,
            const plan::Rows& rows);

  /// One value for every parameter of the plan. Finds what needs no tangents: what is multiplied by a parameter that is
  /// exactly 0 passes none on, except to that parameter itself.
  void set_parameters(const std::vector<double>& values);
  /// The samples seen through the current one: X' pre of this step.
  void look_at_gram(const T* row);

  Register<T>& operator[](int v) { return registers_[static_cast<std::size_t>(v)]; }
  const Register<T>& operator[](int v) const { return registers_[static_cast<std::size_t>(v)]; }
  /// Whether the value is used at the parameters that were set. Sums leave out what is multiplied by a parameter that is 0 and
  /// that nobody differentiates by, so it need not be computed.
  bool used(int v) const { return used_[static_cast<std::size_t>(v)]; }
  /// 0 at the parameters that were set.
  bool zero(int v) const { return zero_[static_cast<std::size_t>(v)]; }
  /// Has memory of its own; otherwise it looks at what others write.
  bool owned(int v) const { return memory_[static_cast<std::size_t>(v)].size() > 0; }
  /// Planes that replays need (Code::replay): all, or 1 where none needs tangents.
  int replay_planes() const { return replay_planes_; }

 private:
  bool look(std::size_t k, const Inputs<T>& inputs, const Activity<T>* net, const States<T>& states,
            const kernels::Weights<T>& weights);
  const T* place_of_state(std::size_t k, const States<T>& states, const plan::Rows& rows) const;
  void find_zero(const std::vector<double>& values);
  void find_used();
  bool vanishes(int v) const { return zero(v) && !registers_[static_cast<std::size_t>(v)].active; }
  std::vector<bool> needed_with(const std::vector<bool>& read) const;
  void need(const plan::Outer& outer, std::vector<bool>& needed) const;
  void need(const plan::Term& term, std::vector<bool>& needed) const;

  const plan::Plan& plan_;
  int planes_;
  std::vector<int> direction_;
  std::vector<Buffer<T>> memory_;
  std::vector<Register<T>> registers_;
  std::vector<bool> varies_;  // has tangents where anything needs them
  std::vector<bool> zero_;
  std::vector<bool> used_;
  int replay_planes_ = 1;
};

}  // namespace rule_search
