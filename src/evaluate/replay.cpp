#include "evaluate/replay.hpp"

#include <algorithm>
#include <cassert>

#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

namespace {
std::size_t at(std::ptrdiff_t k) { return static_cast<std::size_t>(k); }
}  // namespace

template <class T>
bool Replay<T>::has_room(const plan::Plan& plan, int planes) {
  return planes <= kernels::most_replayed_planes && plan.outers.size() <= kernels::most_replayed_outers;
}

template <class T>
Replay<T>::Replay(const plan::Plan& plan, const Extents& extents)
    : plan_(plan), extents_(extents), replays_(plan.replays()) {
  if (!replays_) return;
  assert(has_room(plan, extents.planes));
  const std::size_t numbers = at(padded(extents.columns)) * at(extents.planes);  // one a step and plane
  start_ = Buffer<T>(at(padded(extents.pre)) * at(padded(extents.post)));
  scales_ = Buffer<T>(numbers);
  for (const plan::Outer& o : plan.outers) {
    Right& right = rights_.emplace_back();
    const Instruction& i = plan.code[at(o.right)];
    if (i.code == Code::weight_transposed_times) {
      right.u = keep(i.args[0]);
      continue;
    }
    right.numbers = Buffer<T>(numbers);
    if (i.code != Code::project) continue;
    right.value = i.args[0];
    right.blocks = Buffer<T>(numbers * at(extents.pre));
  }
  for (const plan::Outer& o : plan.outers) lefts_.push_back(left_of(o.left));
}

// A multiple of a column that is kept anyway.
template <class T>
typename Replay<T>::Left Replay<T>::left_of(int value) {
  const Instruction& i = plan_.code[at(value)];
  if (i.code == Code::combine && i.terms.size() == 1) {
    const auto known =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& k) { return k.value == i.terms[0].value; });
    if (known != kept_.end())
      return {static_cast<int>(known - kept_.begin()), value, &i.terms[0], false,
              Buffer<T>(at(padded(extents_.columns)) * at(extents_.planes))};
  }
  return {keep(value), value, nullptr, false, {}};
}

template <class T>
int Replay<T>::keep(int value) {
  const auto known = std::find_if(kept_.begin(), kept_.end(), [value](const Kept& k) { return k.value == value; });
  if (known != kept_.end()) return static_cast<int>(known - kept_.begin());
  kept_.push_back(
      {value, false, Buffer<T>(at(padded(extents_.columns)) * at(extents_.planes) * at(padded(extents_.post)))});
  return static_cast<int>(kept_.size()) - 1;
}

template <class T>
void Replay<T>::start(const double* weights, const Registers<T>& registers) {
  steps_ = 0;
  if (!replays_) return;
  planes_ = registers.replay_planes();
  const std::ptrdiff_t down = padded(extents_.post);
  for (int i = 0; i < extents_.post; ++i) {
    for (int j = 0; j < extents_.pre; ++j)
      start_.data()[j * down + i] = static_cast<T>(weights[static_cast<std::ptrdiff_t>(i) * extents_.pre + j]);
  }
  for (Kept& k : kept_) k.active = planes_ > 1 && registers[k.value].active;
  for (Left& l : lefts_) l.active = planes_ > 1 && registers[l.value].active;
  for (Right& r : rights_) r.planes = r.value != none && registers[r.value].active ? planes_ : 1;
}

template <class T>
void Replay<T>::remember(Right& right, const Registers<T>& registers) {
  constexpr int block = kernels::padding;
  const std::ptrdiff_t row = std::ptrdiff_t{block} * right.planes;
  T* const to = right.blocks.data() + steps_ / block * row * extents_.pre;
  if (steps_ % block == 0) std::fill_n(to, row * extents_.pre, T(0));
  const Register<T>& x = registers[right.value];
  for (int p = 0; p < right.planes; ++p) {
    for (int k = 0; k < x.rows; ++k) {
      const T value = x.data[p * x.plane + k];
      if (value != 0) to[k * row + std::ptrdiff_t{p} * block + steps_ % block] = value;
    }
  }
}

// As Arithmetic::combine() has the factors of a sum.
template <class T>
void Replay<T>::remember(Left& left, const Registers<T>& registers) {
  T* const to = left.multiples.data() + std::ptrdiff_t{steps_} * planes_;
  const T number = static_cast<T>(left.term->factor.number);
  const int coefficient = left.term->factor.coefficient;
  for (int p = 0; p < planes_; ++p) {
    to[p] = p == 0 ? number : T(0);
    if (coefficient == none) continue;
    const Register<T>& f = registers[coefficient];
    to[p] = p == 0 || f.active ? number * f.data[p * f.plane] : T(0);
  }
}

template <class T>
void Replay<T>::remember(const Registers<T>& registers, const T* scale) {
  if (!replays_) return;
  const std::ptrdiff_t plane = padded(extents_.post);
  for (Kept& kept : kept_) {
    const Register<T>& x = registers[kept.value];
    const int planes = kept.active ? planes_ : 1;
    T* const to = kept.steps.data() + steps_ * plane * planes;
    for (int p = 0; p < planes; ++p) std::copy_n(x.data + p * x.plane, plane, to + p * plane);
  }
  for (Left& left : lefts_) {
    if (left.term != nullptr) remember(left, registers);
  }
  for (Right& right : rights_) {
    if (right.value != none) remember(right, registers);
  }
  if (plan_.scale != none) std::copy_n(scale, planes_, scales_.data() + std::ptrdiff_t{steps_} * planes_);
  ++steps_;
}

template <class T>
kernels::History<T> Replay<T>::history(int kept) const {
  if (kept == none) return {nullptr, 0, false};
  const Kept& k = kept_[at(kept)];
  return {k.steps.data(), padded(extents_.post) * (k.active ? planes_ : 1), k.active};
}

template <class T>
void Replay<T>::multiply(kernels::Column<T> x, const std::vector<int>& filled, const SampleSpace<T>& space,
                         Register<T>& out) {
  const auto& k = kernels::table<T>();
  x.active = x.active && planes_ > 1;
  const int count = static_cast<int>(filled.size());
  const kernels::Weights<T> start{start_.data(), extents_.pre, extents_.post, padded(extents_.post), 0, 1};
  work::count_product(start, count, x.active, planes_);
  k.backward_rows(start, filled.data(), count, x, out.data, out.plane, planes_);
  if (steps_ == 0) return;
  replayed_.clear();
  const std::ptrdiff_t plane = padded(extents_.columns);
  std::ptrdiff_t through = 0;
  for (std::size_t o = 0; o < rights_.size(); ++o) {
    Right& right = rights_[o];
    if (right.u == none) {
      kernels::Weights<T> before = space.samples();
      before.cols = steps_;
      before.planes = right.planes;
      work::count_product(before, count, x.active, planes_);
      if (right.value == none)
        k.backward_rows(before, filled.data(), count, x, right.numbers.data(), plane, planes_);
      else
        k.products_with_history(right.blocks.data(), steps_, extents_.pre, right.planes, filled.data(), count, x,
                                right.numbers.data(), plane, planes_);
    }
    through += right.u != none ? 1 : 0;
    const Left& left = lefts_[o];
    replayed_.push_back({history(left.kept), left.term != nullptr ? left.multiples.data() : nullptr, left.active,
                         history(right.u), right.numbers.data(), plane});
  }
  work::count_replay(steps_, static_cast<int>(replayed_.size()), static_cast<int>(through), plan_.scale != none,
                     planes_, extents_.post);
  k.replay(steps_, static_cast<int>(replayed_.size()), replayed_.data(), plan_.scale == none ? nullptr : scales_.data(),
           planes_, out.plane, out.data);
}

template class Replay<float>;
template class Replay<double>;

}  // namespace rule_search
