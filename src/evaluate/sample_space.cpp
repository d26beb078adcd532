// The first connection by what its weights make of the samples: the samples themselves, and products of
// weights that are not at hand.
#include <algorithm>

#include "evaluate/connection.hpp"
#include "evaluate/work.hpp"

namespace rule_search {

using plan::Instruction;
using plan::none;

template <class T>
void SampleSpace<T>::set(const double* inputs, int samples, int steps, int m, const double* weights, int n) {
  const std::ptrdiff_t stride = padded(samples);
  const std::ptrdiff_t down = padded(m);
  const auto fit = [](Buffer<T>& buffer, std::ptrdiff_t size) {
    if (buffer.size() != static_cast<std::size_t>(size)) buffer = Buffer<T>(static_cast<std::size_t>(size));
  };
  fit(memory_, down * stride);
  fit(rows_, std::max(stride, padded(n)) * down);
  fit(gram_, stride * stride);
  fit(start_, padded(n) * stride);
  samples_ = {memory_.data(), m, samples, stride, down * stride, 1};
  const auto& k = kernels::table<T>();
  // A pixel that no sample has takes no part in any product.
  std::vector<int> seen;
  for (int j = 0; j < m; ++j) {
    bool any = false;
    for (int t = 0; t < samples; ++t) {
      const T x = static_cast<T>(inputs[static_cast<std::ptrdiff_t>(t) * m + j]);
      memory_.data()[j * stride + t] = rows_.data()[t * down + j] = x;
      any = any || x != 0;
    }
    if (any) seen.push_back(j);
  }
  // Each of a dozen samples is a plane to the kernel, which multiplies one matrix by many columns. A step
  // asks for later samples alone.
  constexpr int dozen = 12;
  for (int t = 0; t < steps; t += dozen) {
    const int now = std::min(dozen, steps - t);
    const int first = t / kernels::padding * kernels::padding;
    const kernels::Weights<T> later = samples_.from_column(first);
    work::count_product(later, static_cast<int>(seen.size()), true, now);
    k.backward_rows(later, seen.data(), static_cast<int>(seen.size()), {rows_.data() + t * down, down, true},
                    gram_.data() + t * stride + first, stride, now);
  }
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j)
      rows_.data()[i * down + j] = static_cast<T>(weights[static_cast<std::ptrdiff_t>(i) * m + j]);
  }
  work::count_product(samples_, static_cast<int>(seen.size()), true, n);
  k.backward_rows(samples_, seen.data(), static_cast<int>(seen.size()), {rows_.data(), down, true}, start_.data(),
                  stride, n);
}

template <class T>
void Connection<T>::project(const Instruction& i, Register& out) {
  const int planes = out.active ? planes_ : 1;
  kernels::Column<T> x = column(i.args[0]);
  x.active = x.active && out.active;
  find_filled(reg(i.args[0]), planes);
  const kernels::Weights<T> ahead = space_->samples().from_column(first_);
  const int count = static_cast<int>(filled_.size());
  work::count_product(ahead, count, x.active, planes);
  kernels::table<T>().backward_rows(ahead, filled_.data(), count, x, out.data + first_, out.plane, planes);
}

template <class T>
void Connection<T>::walk(const Instruction& i, Register& out) {
  const auto& k = kernels::table<T>();
  kernels::Column<T> x = column(i.args[0]);
  x.active = x.active && walk_planes_ > 1;
  find_filled(reg(i.args[0]), walk_planes_);
  const int count = static_cast<int>(filled_.size());
  const kernels::Weights<T> start{start_.data(), inputs_, n_, padded(n_), 0, 1};
  work::count_product(start, count, x.active, walk_planes_);
  k.backward_rows(start, filled_.data(), count, x, out.data, out.plane, walk_planes_);
  if (steps_ == 0) return;
  strides_.clear();
  for (std::size_t o = 0; o < plan_.outers.size(); ++o) {
    Remembered& r = remembered_[o];
    const std::ptrdiff_t plane = padded(m_);
    if (r.right.size() > 0) {
      const kernels::Weights<T> before{r.right.data(), inputs_, steps_, plane, padded(inputs_) * plane, walk_planes_};
      work::count_product(before, count, x.active, walk_planes_);
      k.backward_rows(before, filled_.data(), count, x, r.numbers.data(), plane, walk_planes_);
    } else if (r.u.size() == 0) {
      kernels::Weights<T> before = space_->samples();
      before.cols = steps_;
      work::count_product(before, count, x.active, walk_planes_);
      k.backward_rows(before, filled_.data(), count, x, r.numbers.data(), plane, walk_planes_);
    }
    strides_.push_back({r.left.data(), r.u.size() > 0 ? r.u.data() : nullptr, r.numbers.data(), plane});
  }
  const auto through = std::count_if(strides_.begin(), strides_.end(), [](const auto& s) { return s.u != nullptr; });
  work::count_replay(steps_, static_cast<int>(strides_.size()), static_cast<int>(through), plan_.scale != none,
                     walk_planes_, n_);
  k.replay(steps_, static_cast<int>(strides_.size()), strides_.data(), plan_.scale == none ? nullptr : scales_.data(),
           walk_planes_, out.plane, out.data);
}

template <class T>
void Connection<T>::remember() {
  const auto copy = [&](int v, T* to) {
    const Register& x = reg(v);
    for (int p = 0; p < walk_planes_; ++p) {
      T* const plane = to + p * padded(n_);
      if (p == 0 || x.active)
        std::copy_n(x.data + p * x.plane, n_, plane);
      else
        std::fill_n(plane, n_, T(0));
    }
  };
  const std::ptrdiff_t step = padded(n_) * walk_planes_;
  for (std::size_t o = 0; o < plan_.outers.size(); ++o) {
    Remembered& r = remembered_[o];
    const Instruction& right = plan_.code[static_cast<std::size_t>(plan_.outers[o].right)];
    copy(plan_.outers[o].left, r.left.data() + steps_ * step);
    if (r.u.size() > 0) copy(right.args[0], r.u.data() + steps_ * step);
    if (r.right.size() == 0) continue;
    const Register& x = reg(right.args[0]);
    for (int p = 0; p < (x.active ? walk_planes_ : 1); ++p) {
      T* const to = r.right.data() + p * padded(inputs_) * padded(m_) + steps_;
      for (int k = 0; k < x.rows; ++k) {
        const T value = x.data[p * x.plane + k];
        if (value != 0) to[k * padded(m_)] = value;
      }
    }
  }
  if (plan_.scale != none) {
    for (int p = 0; p < walk_planes_; ++p)
      scales_.data()[steps_ * walk_planes_ + p] = scale_[static_cast<std::size_t>(p)];
  }
  ++steps_;
}

// Pixels are often zero, and so is what is made of them.
template <class T>
void Connection<T>::find_filled(const Register& x, int planes) {
  const Activity<T>* const error = around_.err_pre;
  if (error != nullptr && error->listed && x.data == error->at(0)) {
    filled_ = error->filled;
    return;
  }
  // Without a branch an element, since nothing foretells which pixels are dark.
  filled_.resize(static_cast<std::size_t>(x.rows));
  any_.assign(static_cast<std::size_t>(x.rows), 0);
  for (int p = 0; p < (x.active ? planes : 1); ++p) {
    const T* const from = x.data + p * x.plane;
    for (int k = 0; k < x.rows; ++k) any_[static_cast<std::size_t>(k)] |= from[k] != 0;
  }
  std::size_t count = 0;
  for (int k = 0; k < x.rows; ++k) {
    filled_[count] = k;
    count += any_[static_cast<std::size_t>(k)];
  }
  filled_.resize(count);
}

template class SampleSpace<float>;
template class SampleSpace<double>;
template void Connection<float>::project(const Instruction& i, Register& out);
template void Connection<double>::project(const Instruction& i, Register& out);
template void Connection<float>::walk(const Instruction& i, Register& out);
template void Connection<double>::walk(const Instruction& i, Register& out);
template void Connection<float>::remember();
template void Connection<double>::remember();
template void Connection<float>::find_filled(const Register& x, int planes);
template void Connection<double>::find_filled(const Register& x, int planes);

}  // namespace rule_search
