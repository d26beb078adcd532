#include "evaluate/states.hpp"

#include <algorithm>

#include "evaluate/registers.hpp"
#include "evaluate/work.hpp"

namespace rule_search {

template <class T>
States<T>::States(const plan::Plan& plan, const Extents& extents, const plan::Rows& rows)
    : plan_(plan), rows_(rows), planes_(extents.planes) {
  for (const plan::Memory& s : plan.states) {
    Register<T> r;
    r.rows = extents.of(s.shape.rows, false);
    r.cols = extents.of(s.shape.cols, false);
    r.lay_out(s.shape);
    r.active = planes_ > 1;
    memory_.emplace_back(static_cast<std::size_t>(r.plane * planes_));
    const bool at_once = !rows_.next_by_row[states_.size()] && s.next != plan::none;
    next_.emplace_back(at_once ? static_cast<std::size_t>(r.plane * planes_) : 0);
    r.data = memory_.back().data();
    states_.push_back(r);
    for (int row = 0; row < r.rows; ++row) {
      for (int c = 0; c < r.cols; ++c) elements_.push_back({r.data + row * r.down + c * r.right, r.plane});
    }
  }
}

template <class T>
void States<T>::reset() {
  for (std::size_t k = 0; k < states_.size(); ++k) reset(k);
}

template <class T>
void States<T>::begin_trial() {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (plan_.states[k].each_trial) reset(k);
  }
}

template <class T>
void States<T>::reset(std::size_t k) {
  const Register<T>& s = states_[k];
  std::fill_n(s.data, memory_[k].size(), T(0));
  for (int r = 0; r < s.rows; ++r) {
    for (int c = 0; c < s.cols; ++c) s.data[r * s.down + c * s.right] = static_cast<T>(plan_.states[k].initial);
  }
}

template <class T>
void States<T>::take_next(const Registers<T>& registers) {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (rows_.next_by_row[k] || plan_.states[k].next == plan::none) continue;
    const Register<T>& next = registers[plan_.states[k].next];
    const Register<T>& s = states_[k];
    T* const to = next_[k].data();
    std::fill_n(to, next_[k].size(), T(0));
    for (int p = 0; p < (next.active ? planes_ : 1); ++p) {
      for (int r = 0; r < s.rows; ++r) {
        for (int c = 0; c < s.cols; ++c)
          to[p * s.plane + r * s.down + c * s.right] = next.data[p * next.plane + r * next.down + c * next.right];
      }
    }
  }
}

template <class T>
void States<T>::update(const Registers<T>& registers) {
  // First, since they may look at states as they were.
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (!plan_.states[k].outers.empty()) add_outers(k, registers);
  }
  for (std::size_t k = 0; k < states_.size(); ++k) std::copy_n(next_[k].data(), next_[k].size(), memory_[k].data());
}

template <class T>
void States<T>::add_outers(std::size_t k, const Registers<T>& registers) {
  left_.clear();
  right_.clear();
  for (const plan::Outer& o : plan_.states[k].outers) {
    left_.push_back(registers[o.left].column());
    right_.push_back(registers[o.right].column());
    left_.back().active = left_.back().active && !registers.zero(o.right);
    right_.back().active = right_.back().active && !registers.zero(o.left);
  }
  const Register<T>& s = states_[k];
  const kernels::Weights<T> matrix = {s.data, s.rows, s.cols, s.down, s.plane, planes_};
  kernels::Pass<T> pass;
  pass.count = static_cast<int>(left_.size());
  pass.left = left_.data();
  pass.right = right_.data();
  work::count_update(matrix, pass.count, left_.data(), right_.data(), false);
  kernels::table<T>().pass(matrix, pass);
}

template <class T>
void States<T>::update_row(const Registers<T>& registers, int r) {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (!rows_.next_by_row[k]) continue;
    const Register<T>& next = registers[plan_.states[k].next];
    const Register<T>& s = states_[k];
    for (int p = 0; p < planes_; ++p) {
      T* const to = s.data + p * s.plane + r * s.down;
      if (p == 0 || next.active)
        std::copy_n(next.data + p * next.plane + r * next.down, s.cols, to);
      else
        std::fill_n(to, s.cols, T(0));
    }
  }
}

template class States<float>;
template class States<double>;

}  // namespace rule_search
