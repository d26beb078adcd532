// Columns and matrices that become numbers.
#include <cmath>

#include "evaluate/arithmetic.hpp"

namespace rule_search {

using plan::Code;

template <class T>
void Arithmetic<T>::reduce(const plan::Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  const int planes = out.active ? planes_ : 1;
  const auto over = [&](auto&& f) {
    T sum = 0;
    for (int r = 0; r < a.rows; ++r) {
      for (int c = 0; c < a.cols; ++c) sum += f(r * a.down + c * a.right);
    }
    return sum;
  };
  // take(p, sum) for planes from `first` on, several at once: an addition waits for the one before it in its own plane alone.
  const auto over_planes = [&](int first, auto&& f, auto&& take) {
    constexpr int together = 5;
    int p = first;
    for (; p + together <= planes; p += together) {
      T sums[together] = {};
      for (int r = 0; r < a.rows; ++r) {
        for (int c = 0; c < a.cols; ++c) {
          for (int q = 0; q < together; ++q) sums[q] += f(p + q, r * a.down + c * a.right);
        }
      }
      for (int q = 0; q < together; ++q) take(p + q, sums[q]);
    }
    for (; p < planes; ++p) take(p, over([&](std::ptrdiff_t at) { return f(p, at); }));
  };
  const auto set = [&](int p, T sum) { out.data[p * out.plane] = sum; };
  if (i.code == Code::dot) {
    const Register<T>& b = registers_[i.args[1]];
    set(0, over([&](std::ptrdiff_t at) { return a.data[at] * b.data[at]; }));
    for (int p = 1; p < planes; ++p) set(p, 0);
    const auto add = [&](int p, T sum) { out.data[p * out.plane] += sum; };
    if (a.active)
      over_planes(
          1, [&](int p, std::ptrdiff_t at) { return a.data[p * a.plane + at] * b.data[at]; }, add);
    if (b.active)
      over_planes(
          1, [&](int p, std::ptrdiff_t at) { return a.data[at] * b.data[p * b.plane + at]; }, add);
    return;
  }
  if (i.code == Code::norm) {
    const T length = std::sqrt(over([&](std::ptrdiff_t at) { return a.data[at] * a.data[at]; }));
    set(0, length);
    over_planes(
        1, [&](int p, std::ptrdiff_t at) { return a.data[at] * a.data[p * a.plane + at]; },
        [&](int p, T sum) { set(p, length > 0 ? sum / length : T(0)); });
    return;
  }
  const T by = i.code == Code::mean ? T(1) / static_cast<T>(a.rows * a.cols) : T(1);
  over_planes(
      0, [&](int p, std::ptrdiff_t at) { return a.data[p * a.plane + at]; }, [&](int p, T sum) { set(p, by * sum); });
}

template void Arithmetic<float>::reduce(const plan::Instruction& i, Register<float>& out);
template void Arithmetic<double>::reduce(const plan::Instruction& i, Register<double>& out);

}  // namespace rule_search
