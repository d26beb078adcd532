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

  /// Numbers that are remembered: the elements of all states one after the other, each row by row.
  std::size_t size() const { return elements_.size(); }
  T value(std::size_t element) const { return *elements_[element].at; }
  /// Its derivative becomes `derivative` in this direction, and stays what it is in all others.
  void set(std::size_t element, T value, int direction, T derivative) {
    const Element& e = elements_[element];
    e.at[0] = value;
    e.at[(1 + direction) * e.plane] = derivative;
  }

 private:
  struct Element {
    T* at;
    std::ptrdiff_t plane;  // to its derivatives
  };
  const plan::Plan& plan_;
  int planes_;
  std::vector<Element> elements_;
  std::vector<Register<T>> states_;
  std::vector<Buffer<T>> memory_, next_;
};

}  // namespace rule_search
