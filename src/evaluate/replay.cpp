#include "evaluate/replay.hpp"

#include <algorithm>
#include <cassert>

#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

template <class T>
Replay<T>::Replay(const plan::Plan& plan, const Extents& extents)
    : plan_(plan), extents_(extents), replays_(plan.replays()) {
  if (!replays_) return;
  assert(extents.planes <= kernels::most_replayed_planes && plan.outers.size() <= kernels::most_replayed_outers);
  const auto steps = static_cast<std::size_t>(padded(extents.columns));
  const auto all = static_cast<std::size_t>(extents.planes);
  const auto n = static_cast<std::size_t>(padded(extents.post));
  const auto m = static_cast<std::size_t>(padded(extents.pre));
  start_ = Buffer<T>(m * n);
  scales_ = Buffer<T>(steps * all);
  for (const plan::Outer& o : plan.outers) {
    remembered_.emplace_back();
    Remembered& r = remembered_.back();
    const Instruction& right = plan.code[static_cast<std::size_t>(o.right)];
    r.left = Buffer<T>(steps * all * n);
    r.numbers = Buffer<T>(steps * all);
    if (right.code == Code::weight_transposed_times) r.u = Buffer<T>(steps * all * n);
    if (right.code == Code::project) r.right = Buffer<T>(steps * all * m);
  }
}

template <class T>
void Replay<T>::start(const double* weights, int planes) {
  steps_ = 0;
  planes_ = planes;
  if (!replays_) return;
  const std::ptrdiff_t down = padded(extents_.post);
  for (int i = 0; i < extents_.post; ++i) {
    for (int j = 0; j < extents_.pre; ++j)
      start_.data()[j * down + i] = static_cast<T>(weights[static_cast<std::ptrdiff_t>(i) * extents_.pre + j]);
  }
  for (Remembered& r : remembered_)
    std::fill_n(r.right.data(),
                r.right.size() / static_cast<std::size_t>(extents_.planes) * static_cast<std::size_t>(planes_), T(0));
}

template <class T>
void Replay<T>::remember(const Registers<T>& registers, const T* scale) {
  if (!replays_) return;
  const int n = extents_.post;
  const auto copy = [&](int v, T* to) {
    const Register<T>& x = registers[v];
    for (int p = 0; p < planes_; ++p) {
      T* const plane = to + p * padded(n);
      if (p == 0 || x.active)
        std::copy_n(x.data + p * x.plane, n, plane);
      else
        std::fill_n(plane, n, T(0));
    }
  };
  const std::ptrdiff_t step = padded(n) * planes_;
  const std::ptrdiff_t columns = padded(extents_.columns);
  for (std::size_t o = 0; o < plan_.outers.size(); ++o) {
    Remembered& r = remembered_[o];
    const Instruction& right = plan_.code[static_cast<std::size_t>(plan_.outers[o].right)];
    copy(plan_.outers[o].left, r.left.data() + steps_ * step);
    if (r.u.size() > 0) copy(right.args[0], r.u.data() + steps_ * step);
    if (r.right.size() == 0) continue;
    const Register<T>& x = registers[right.args[0]];
    for (int p = 0; p < (x.active ? planes_ : 1); ++p) {
      T* const to = r.right.data() + p * padded(extents_.pre) * columns + steps_;
      for (int k = 0; k < x.rows; ++k) {
        const T value = x.data[p * x.plane + k];
        if (value != 0) to[k * columns] = value;
      }
    }
  }
  if (plan_.scale != none) std::copy_n(scale, planes_, scales_.data() + steps_ * planes_);
  ++steps_;
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
  for (Remembered& r : remembered_) {
    if (r.right.size() > 0) {
      const kernels::Weights<T> before{r.right.data(), extents_.pre, steps_, plane, padded(extents_.pre) * plane,
                                       planes_};
      work::count_product(before, count, x.active, planes_);
      k.backward_rows(before, filled.data(), count, x, r.numbers.data(), plane, planes_);
    } else if (r.u.size() == 0) {
      kernels::Weights<T> before = space.samples();
      before.cols = steps_;
      work::count_product(before, count, x.active, planes_);
      k.backward_rows(before, filled.data(), count, x, r.numbers.data(), plane, planes_);
    }
    replayed_.push_back({r.left.data(), r.u.size() > 0 ? r.u.data() : nullptr, r.numbers.data(), plane});
  }
  const auto through = std::count_if(replayed_.begin(), replayed_.end(), [](const auto& s) { return s.u != nullptr; });
  work::count_replay(steps_, static_cast<int>(replayed_.size()), static_cast<int>(through), plan_.scale != none,
                     planes_, extents_.post);
  k.replay(steps_, static_cast<int>(replayed_.size()), replayed_.data(), plan_.scale == none ? nullptr : scales_.data(),
           planes_, out.plane, out.data);
}

template class Replay<float>;
template class Replay<double>;

}  // namespace rule_search
