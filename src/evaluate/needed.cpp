// Which registers are used at given parameters, and which of them need tangents. What is multiplied by a coefficient that is
// exactly 0 passes no tangent on, except to that coefficient itself: at the start of a search that is most of what the
// candidates are made of.
#include <algorithm>

#include "evaluate/registers.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

namespace {
std::size_t at(int v) { return static_cast<std::size_t>(v); }
}  // namespace

template <class T>
void Registers<T>::set_parameters(const std::vector<double>& values) {
  for (std::size_t k = 0; k < plan_.code.size(); ++k) {
    const Instruction& i = plan_.code[k];
    if (i.code != Code::parameter) continue;
    Register<T>& r = registers_[k];
    r.data[0] = static_cast<T>(values[at(i.parameter)]);
    for (int p = 1; p < planes_; ++p) r.data[p * r.plane] = direction_[at(i.parameter)] == p - 1 ? T(1) : T(0);
  }
  find_zero(values);
  // A state is needed where something needed reads it, at this step or a later one.
  std::vector<bool> read(plan_.states.size(), false);
  std::vector<bool> needed;
  for (bool more = true; more;) {
    needed = needed_with(read);
    more = false;
    for (std::size_t k = 0; k < plan_.code.size(); ++k) {
      const Instruction& i = plan_.code[k];
      if (i.code != Code::state || !needed[k] || read[at(i.variable)]) continue;
      read[at(i.variable)] = more = true;
    }
  }
  replay_planes_ = 1;
  for (std::size_t k = 0; k < plan_.code.size(); ++k) {
    const Instruction& i = plan_.code[k];
    const bool quantity = i.code == Code::net || i.code == Code::state || i.code == Code::signal ||
                          (i.code == Code::quantity && memory_[k].size() == 0);
    if (!quantity) registers_[k].active = varies_[k] && needed[k];
    if (i.code == Code::replay && registers_[k].active) replay_planes_ = planes_;
  }
  find_used();
}

// From the last instruction to the first. Only sums leave out what a coefficient of 0 multiplies, whatever it is: elsewhere 0 times
// infinity is no number. All outer products, scalings and states count as used.
template <class T>
void Registers<T>::find_used() {
  used_.assign(plan_.code.size(), false);
  const auto use = [&](int v) {
    if (v != none) used_[at(v)] = true;
  };
  const auto use_term = [&](const plan::Term& t) {
    use(t.factor.coefficient);
    if (t.factor.number != 0 && (t.factor.coefficient == none || !vanishes(t.factor.coefficient))) use(t.value);
  };
  const auto use_outer = [&](const plan::Outer& o) {
    use(o.left);
    use(o.right);
  };
  std::for_each(plan_.outers.begin(), plan_.outers.end(), use_outer);
  std::for_each(plan_.dense.begin(), plan_.dense.end(), use_term);
  for (int v : {plan_.scale, plan_.scale_rows, plan_.scale_cols}) use(v);
  for (const plan::Memory& s : plan_.states) {
    use(s.next);
    std::for_each(s.outers.begin(), s.outers.end(), use_outer);
  }
  for (std::size_t k = plan_.code.size(); k-- > 0;) {
    const Instruction& i = plan_.code[k];
    if (plan::is_given(i.code)) continue;
    if (!used_[k]) {
      std::fill_n(memory_[k].data(), memory_[k].size(), T(0));  // not what an earlier run has left
      continue;
    }
    std::for_each(i.terms.begin(), i.terms.end(), use_term);
    std::for_each(i.args.begin(), i.args.end(), use);
  }
}

// With the change of the weights, and the next values of these states. From the last instruction to the first: tangents are
// needed where a needed value changes with them.
template <class T>
std::vector<bool> Registers<T>::needed_with(const std::vector<bool>& read) const {
  std::vector<bool> needed(plan_.code.size(), false);
  for (const plan::Outer& o : plan_.outers) need(o, needed);
  for (int v : {plan_.scale, plan_.scale_rows, plan_.scale_cols}) {
    if (v != none) needed[at(v)] = true;
  }
  for (const plan::Term& t : plan_.dense) need(t, needed);
  for (std::size_t s = 0; s < read.size(); ++s) {
    if (!read[s]) continue;
    if (plan_.states[s].next != none) needed[at(plan_.states[s].next)] = true;
    for (const plan::Outer& o : plan_.states[s].outers) need(o, needed);
  }
  for (std::size_t k = plan_.code.size(); k-- > 0;) {
    const Instruction& i = plan_.code[k];
    if (!needed[k]) continue;
    for (const plan::Term& t : i.terms) need(t, needed);
    for (std::size_t a = 0; a < i.args.size(); ++a) {
      const bool by_zero = i.code == Code::hadamard && zero(i.args[1 - a]);
      if (!by_zero) needed[at(i.args[a])] = true;
    }
  }
  return needed;
}

template <class T>
void Registers<T>::find_zero(const std::vector<double>& values) {
  zero_.assign(plan_.code.size(), false);
  const auto vanishes = [&](const plan::Term& t) {
    return t.factor.number == 0 || zero(t.value) || (t.factor.coefficient != none && zero(t.factor.coefficient));
  };
  for (std::size_t k = 0; k < plan_.code.size(); ++k) {
    const Instruction& i = plan_.code[k];
    if (i.code == Code::number) zero_[k] = i.number == 0;
    if (i.code == Code::parameter) zero_[k] = !i.switches && static_cast<T>(values[at(i.parameter)]) == 0;
    if (i.code == Code::hadamard) zero_[k] = zero(i.args[0]) || zero(i.args[1]);
    if (i.code == Code::combine) zero_[k] = std::all_of(i.terms.begin(), i.terms.end(), vanishes);
  }
}

template <class T>
void Registers<T>::need(const plan::Outer& o, std::vector<bool>& needed) const {
  if (!zero(o.right)) needed[at(o.left)] = true;
  if (!zero(o.left)) needed[at(o.right)] = true;
}

template <class T>
void Registers<T>::need(const plan::Term& t, std::vector<bool>& needed) const {
  const int f = t.factor.coefficient;
  if (f != none && t.factor.number != 0 && !zero(t.value)) needed[at(f)] = true;
  if (t.factor.number != 0 && (f == none || !zero(f))) needed[at(t.value)] = true;
}

template void Registers<float>::set_parameters(const std::vector<double>& values);
template void Registers<double>::set_parameters(const std::vector<double>& values);

}  // namespace rule_search
