// What a connection remembers from step to step.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/register.hpp"
#include "plan/plan.hpp"

namespace rule_search {

template <class T>
class Registers;

/// The states of a rule, with tangents.
template <class T>
class States {
 public:
  /// `plan` must outlive it.
  States(const plan::Plan& plan, const Extents& extents);
  /// All become what they are at the start, without tangents.
  void reset();
  /// All become what the instructions of their next values have computed, at once: one may become what another was.
  void update(const Registers<T>& registers);
  const Register<T>& at(std::size_t k) const { return states_[k]; }

 private:
  const plan::Plan& plan_;
  int planes_;
  std::vector<Register<T>> states_;
  std::vector<Buffer<T>> memory_, next_;
};

}  // namespace rule_search
