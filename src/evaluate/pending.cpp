#include "evaluate/pending.hpp"

#include <algorithm>

#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;

template <class T>
Pending<T>::Pending(const plan::Plan& plan, const Registers<T>& registers, int planes, int fused_backward, bool late)
    : plan_(plan), planes_(planes) {
  const auto copy_of = [&](int v) {
    const Instruction& i = plan.code[static_cast<std::size_t>(v)];
    const bool provided = i.code == Code::quantity && !i.by_sample && !registers.owned(v);
    const bool activity = i.quantity == Quantity::pre || i.quantity == Quantity::post;
    const bool written_over =
        (provided && (activity || late)) || i.code == Code::net || i.code == Code::state || v == fused_backward;
    return written_over ? Buffer<T>(static_cast<std::size_t>(registers[v].plane * planes)) : Buffer<T>();
  };
  for (const plan::Outer& o : plan.outers) {
    left_copies_.push_back(copy_of(o.left));
    right_copies_.push_back(copy_of(o.right));
  }
}

template <class T>
kernels::Column<T> Pending<T>::kept(const Register<T>& x, Buffer<T>& copy) const {
  kernels::Column<T> c = x.column();
  if (copy.size() == 0) return c;
  std::copy_n(c.data, c.active ? copy.size() : static_cast<std::size_t>(c.plane), copy.data());
  c.data = copy.data();
  return c;
}

template <class T>
void Pending<T>::hold(const Registers<T>& registers, const T* scale, int from) {
  left_.clear();
  right_.clear();
  for (std::size_t o = 0; o < plan_.outers.size(); ++o) {
    const plan::Outer& outer = plan_.outers[o];
    left_.push_back(kept(registers[outer.left], left_copies_[o]));
    right_.push_back(kept(registers[outer.right], right_copies_[o]));
    left_.back().active = left_.back().active && !registers.zero(outer.right);
    right_.back().active = right_.back().active && !registers.zero(outer.left);
  }
  waiting_ = true;
  scale_ = scale;
  from_ = from;
  if (planes_ > 1) look_for_zeros();
  parts_.find(planes_, left_, right_);
}

// A candidate that stands at 0 has a tangent in one plane alone, and a sum of candidates in as many.
template <class T>
void Pending<T>::look_for_zeros() {
  zeros_.assign((left_.size() + right_.size()) * static_cast<std::size_t>(planes_), 0);
  unsigned char* at = zeros_.data();
  for (std::vector<kernels::Column<T>>* columns : {&left_, &right_}) {
    for (kernels::Column<T>& c : *columns) {
      c.zeros = at;
      for (int p = 0; p < (c.active ? planes_ : 1); ++p) {
        const T* const numbers = c.data + p * c.plane;
        at[p] = std::all_of(numbers + (columns == &right_ ? from_ : 0), numbers + c.plane, [](T x) { return x == 0; });
      }
      at += planes_;
    }
  }
}

template <class T>
void Pending<T>::column(const kernels::Weights<T>& w, int t, Activity<T>& out) const {
  const T factor = waiting_ && scale_ != nullptr ? 1 + scale_[0] : T(1);
  for (int p = 0; p < w.planes; ++p) {
    const T shift = waiting_ && scale_ != nullptr && p > 0 ? scale_[p] : T(0);
    for (int i = 0; i < w.rows; ++i) {
      const T* const at = w.data + i * w.stride + t;
      T sum = factor * at[p * w.plane] + shift * at[0];
      for (std::size_t o = 0; o < left_.size() && waiting_; ++o) {
        const kernels::Column<T>& left = left_[o];
        const kernels::Column<T>& right = right_[o];
        if (p == 0) {
          sum += left.data[i] * right.data[t];
        } else {
          if (left.active) sum += left.data[p * left.plane + i] * right.data[t];
          if (right.active) sum += left.data[i] * right.data[p * right.plane + t];
        }
      }
      out.at(p)[i] = sum;
    }
  }
}

template <class T>
kernels::Pass<T> Pending<T>::take(const kernels::Weights<T>& weights) {
  kernels::Pass<T> pass;
  if (!waiting_) return pass;
  waiting_ = false;
  parts_.add_to(pass);
  pass.scale = scale_;
  pass.from = from_;
  work::count_update(weights.from_column(from_), pass);
  return pass;
}

template class Pending<float>;
template class Pending<double>;

}  // namespace rule_search
