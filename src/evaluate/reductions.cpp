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
  if (i.code == Code::dot) {
    const Register<T>& b = registers_[i.args[1]];
    out.data[0] = over([&](std::ptrdiff_t at) { return a.data[at] * b.data[at]; });
    for (int p = 1; p < planes; ++p) {
      T d = 0;
      if (a.active) d += over([&](std::ptrdiff_t at) { return a.data[p * a.plane + at] * b.data[at]; });
      if (b.active) d += over([&](std::ptrdiff_t at) { return a.data[at] * b.data[p * b.plane + at]; });
      out.data[p * out.plane] = d;
    }
    return;
  }
  if (i.code == Code::norm) {
    const T length = std::sqrt(over([&](std::ptrdiff_t at) { return a.data[at] * a.data[at]; }));
    out.data[0] = length;
    for (int p = 1; p < planes; ++p) {
      const T d = over([&](std::ptrdiff_t at) { return a.data[at] * a.data[p * a.plane + at]; });
      out.data[p * out.plane] = length > 0 ? d / length : T(0);
    }
    return;
  }
  const T by = i.code == Code::mean ? T(1) / static_cast<T>(a.rows * a.cols) : T(1);
  for (int p = 0; p < planes; ++p)
    out.data[p * out.plane] = by * over([&](std::ptrdiff_t at) { return a.data[p * a.plane + at]; });
}

template void Arithmetic<float>::reduce(const plan::Instruction& i, Register<float>& out);
template void Arithmetic<double>::reduce(const plan::Instruction& i, Register<double>& out);

}  // namespace rule_search
