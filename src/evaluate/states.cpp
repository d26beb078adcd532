#include "evaluate/states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "evaluate/registers.hpp"
#include "evaluate/work.hpp"

namespace rule_search {

namespace {

// As many products as the kernel takes in one go, or as a cache close to the processor holds.
std::size_t most_waiting(std::size_t bytes_of_one) {
  constexpr std::size_t products = 64;
  constexpr std::size_t close = 1 << 18;
  return std::clamp<std::size_t>(close / bytes_of_one, 1, products);
}

// "3 of a column", as messages say the number of a state's elements.
std::string of_elements(const plan::Memory& s, int rows, int columns) {
  return s.shape.is_matrix() ? fmt::format("{} x {}", rows, columns) : std::to_string(rows * columns);
}

// Initial values by element are those of one size of a connection.
void check_elements(const plan::Memory& s, const Extents& extents) {
  const int rows = extents.of(s.shape.rows, false), columns = extents.of(s.shape.cols, false);
  if (s.elements.empty()) return;
  const int found = static_cast<int>(s.elements.size()) / s.columns;
  if (found == rows && s.columns == columns) return;
  throw InputError(fmt::format(
      "state {}: expected {} initial value{} for a connection of {} presynaptic and {} postsynaptic neurons, found {}\n"
      "  hint: give one number for all elements, or as many as the connection has",
      s.name, of_elements(s, rows, columns), rows * columns == 1 ? "" : "s", extents.pre, extents.post,
      of_elements(s, found, s.columns)));
}

}  // namespace

template <class T>
States<T>::States(const plan::Plan& plan, const Extents& extents, const plan::Rows& rows)
    : plan_(plan),
      rows_(rows),
      planes_(extents.planes),
      waiting_(plan.states.size()),
      without_tangents_(plan.states.size(), false) {
  for (const plan::Memory& s : plan.states) {
    check_elements(s, extents);
    Register<T> r;
    r.rows = extents.of(s.shape.rows, false);
    r.cols = extents.of(s.shape.cols, false);
    r.lay_out(s.shape);
    r.active = planes_ > 1;
    memory_.emplace_back(static_cast<std::size_t>(r.plane * planes_));
    const std::size_t k = states_.size();
    const bool at_once = !rows_.next_by_row[k] && !rows_.in_place[k] && s.next != plan::none;
    next_.emplace_back(at_once ? static_cast<std::size_t>(r.plane * planes_) : 0);
    Ring& ring = rings_.emplace_back();
    for (int step = 1; step < s.delay; ++step) ring.later.emplace_back(static_cast<std::size_t>(r.plane * planes_));
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
  waiting_[k].left.clear();
  waiting_[k].right.clear();
  const Register<T>& s = states_[k];
  std::fill_n(s.data, memory_[k].size(), T(0));
  without_tangents_[k] = true;
  const plan::Memory& of = plan_.states[k];
  const double* element = of.elements.empty() ? nullptr : of.elements.data();
  for (int r = 0; r < s.rows; ++r) {
    for (int c = 0; c < s.cols; ++c)
      s.data[r * s.down + c * s.right] = static_cast<T>(element == nullptr ? of.initial : *element++);
  }
  for (Buffer<T>& later : rings_[k].later) std::copy_n(memory_[k].data(), memory_[k].size(), later.data());
}

// It becomes what has waited for longest, and what was computed now waits in its place.
template <class T>
void States<T>::take_from_ring(std::size_t k, const Register<T>& next) {
  Ring& ring = rings_[k];
  Buffer<T>& oldest = ring.later[ring.now];
  std::copy_n(oldest.data(), memory_[k].size(), memory_[k].data());
  const std::ptrdiff_t known = (next.active ? planes_ : 1) * states_[k].plane;
  std::copy_n(next_[k].data(), known, oldest.data());
  std::fill(oldest.data() + known, oldest.data() + oldest.size(), T(0));
  ring.now = (ring.now + 1) % ring.later.size();
  without_tangents_[k] = false;
}

// What a state becomes all at once; null where it becomes it in another way.
template <class T>
const Register<T>* States<T>::next_of(std::size_t k, const Registers<T>& registers) const {
  const int next = plan_.states[k].next;
  return next == plan::none || rows_.in_place[k] ? nullptr : &registers[next];
}

template <class T>
void States<T>::take_next(const Registers<T>& registers) {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (rows_.next_by_row[k] || rows_.in_place[k] || plan_.states[k].next == plan::none) continue;
    const Register<T>& next = registers[plan_.states[k].next];
    const Register<T>& s = states_[k];
    T* const to = next_[k].data();
    if (next.plane == s.plane && next.down == s.down && next.right == s.right) {
      std::copy_n(next.data, (next.active ? planes_ : 1) * s.plane, to);
      continue;
    }
    std::fill_n(to, (next.active ? planes_ : 1) * s.plane, T(0));
    for (int p = 0; p < (next.active ? planes_ : 1); ++p) {
      for (int r = 0; r < s.rows; ++r) {
        for (int c = 0; c < s.cols; ++c)
          to[p * s.plane + r * s.down + c * s.right] = next.data[p * next.plane + r * next.down + c * next.right];
      }
    }
  }
}

template <class T>
void States<T>::update(const Registers<T>& registers, const std::vector<bool>& may_wait) {
  // First, since they may look at states as they were.
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (plan_.states[k].outers.empty()) continue;
    const bool waits = !may_wait.empty() && may_wait[k];
    take_outers(k, registers, waits);
    const std::size_t bytes = 2 * sizeof(T) * static_cast<std::size_t>(states_[k].down * planes_);
    if (!waits || waiting_[k].left.size() >= most_waiting(bytes)) add_outers(k);
  }
  for (std::size_t k = 0; k < states_.size(); ++k) {
    const Register<T>* const next = next_of(k, registers);
    if (next == nullptr) continue;
    if (!rings_[k].later.empty()) {
      take_from_ring(k, *next);
      continue;
    }
    const std::ptrdiff_t known = (next->active ? planes_ : 1) * states_[k].plane;
    T* const to = memory_[k].data();
    if (!rows_.next_by_row[k]) {
      std::copy_n(next_[k].data(), known, to);
      if (!next->active && !without_tangents_[k]) std::fill(to + known, to + memory_[k].size(), T(0));
    }
    without_tangents_[k] = !next->active;
  }
}

template <class T>
void States<T>::take_outers(std::size_t k, const Registers<T>& registers, bool waits) {
  Waiting& w = waiting_[k];
  const auto kept = [&](kernels::Column<T> c) {
    if (!waits) return c;
    const std::size_t at = w.left.size() + w.right.size();
    if (at == w.memory.size()) w.memory.emplace_back(static_cast<std::size_t>(c.plane * planes_));
    std::copy_n(c.data, c.active ? c.plane * planes_ : c.plane, w.memory[at].data());
    c.data = w.memory[at].data();
    return c;
  };
  for (const plan::Outer& o : plan_.states[k].outers) {
    kernels::Column<T> left = registers[o.left].column();
    kernels::Column<T> right = registers[o.right].column();
    left.active = left.active && !registers.zero(o.right);
    right.active = right.active && !registers.zero(o.left);
    left = kept(left);
    w.left.push_back(left);
    w.right.push_back(kept(right));
  }
}

template <class T>
void States<T>::settle() {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (!waiting_[k].left.empty()) add_outers(k);
  }
}

template <class T>
void States<T>::add_outers(std::size_t k) {
  Waiting& w = waiting_[k];
  const Register<T>& s = states_[k];
  const kernels::Weights<T> matrix = {s.data, s.rows, s.cols, s.down, s.plane, planes_};
  kernels::Pass<T> pass;
  parts_.find(planes_, w.left, w.right);
  parts_.add_to(pass);
  work::count_update(matrix, pass);
  kernels::table<T>().pass(matrix, pass);
  w.left.clear();
  w.right.clear();
}

template <class T>
void States<T>::update_row(const Registers<T>& registers, int r) {
  for (std::size_t k = 0; k < states_.size(); ++k) {
    if (!rows_.next_by_row[k] || rows_.in_place[k]) continue;
    const Register<T>& next = registers[plan_.states[k].next];
    const Register<T>& s = states_[k];
    for (int p = 0; p < planes_; ++p) {
      T* const to = s.data + p * s.plane + r * s.down;
      if (p == 0 || next.active)
        std::copy_n(next.data + p * next.plane + r * next.down, s.cols, to);
      else if (!without_tangents_[k])
        std::fill_n(to, s.cols, T(0));
    }
  }
}

template class States<float>;
template class States<double>;

}  // namespace rule_search
