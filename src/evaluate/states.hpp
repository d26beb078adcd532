// What a connection remembers from step to step.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/parts.hpp"
#include "evaluate/register.hpp"
#include "plan/plan.hpp"
#include "plan/rows.hpp"

namespace rule_search {

template <class T>
class Registers;

/// The states of a rule, with tangents.
template <class T>
class States {
 public:
  /// `plan` and `rows` must outlive it.
  States(const plan::Plan& plan, const Extents& extents, const plan::Rows& rows);
  /// All become what they are at the start, without tangents.
  void reset();
  /// The same for those that begin anew at every trial.
  void begin_trial();
  /// Takes the next values that the instructions have computed, before anything changes: a state may become what another one
  /// or the weights were. Those whose next value is known row by row are left out, and become it by update_row().
  void take_next(const Registers<T>& registers);
  /// All become what was taken, at once, and what is added to a state as outer products is added; but to those that
  /// `may_wait` later, by settle() or before there is too much of it. Whoever looks at such a state settles first.
  void update(const Registers<T>& registers, const std::vector<bool>& may_wait = {});
  void settle();
  void update_row(const Registers<T>& registers, int r);
  const Register<T>& at(std::size_t k) const { return states_[k]; }

  /// Numbers that are remembered: the elements of all states one after the other, each row by row.
  std::size_t size() const { return elements_.size(); }
  T value(std::size_t element) const { return *elements_[element].at; }
  T derivative(std::size_t element, int direction) const {
    const Element& e = elements_[element];
    return e.at[(1 + direction) * e.plane];
  }
  /// It becomes the first of these, and its derivatives, in the order of the directions, those that follow.
  void set(std::size_t element, const T* value_and_derivatives) {
    const Element& e = elements_[element];
    for (int p = 0; p < planes_; ++p) e.at[p * e.plane] = value_and_derivatives[p];
    without_tangents_.assign(states_.size(), false);
  }
  /// Its derivative becomes `derivative` in this direction, and stays what it is in all others.
  void set(std::size_t element, T value, int direction, T derivative) {
    const Element& e = elements_[element];
    e.at[0] = value;
    e.at[(1 + direction) * e.plane] = derivative;
    without_tangents_.assign(states_.size(), false);
  }

 private:
  struct Element {
    T* at;
    std::ptrdiff_t plane;  // to its derivatives
  };
  // Outer products that wait to be added, with columns of their own, in the order of the steps.
  struct Waiting {
    std::vector<kernels::Column<T>> left, right;
    std::vector<Buffer<T>> memory;  // of both, one after the other; kept for those that come later
  };
  void reset(std::size_t k);
  void take_outers(std::size_t k, const Registers<T>& registers, bool waits);
  void add_outers(std::size_t k);
  /// What a delayed state will be, a buffer for each step to come; `now` is the one that it is next.
  struct Ring {
    std::vector<Buffer<T>> later;
    std::size_t now = 0;
  };
  void take_from_ring(std::size_t k, const Register<T>& next);
  const Register<T>* next_of(std::size_t k, const Registers<T>& registers) const;

  const plan::Plan& plan_;
  const plan::Rows& rows_;
  int planes_;
  std::vector<Element> elements_;
  std::vector<Register<T>> states_;
  std::vector<Buffer<T>> memory_, next_;
  std::vector<Waiting> waiting_;
  Parts<T> parts_;
  std::vector<Ring> rings_;             ///< empty where the next value is that of the next step
  std::vector<bool> without_tangents_;  ///< all of them are 0, and stay so while what the state becomes has none
};

}  // namespace rule_search
