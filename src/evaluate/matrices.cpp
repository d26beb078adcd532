// Matrices computed by element, for rules that need the matrix itself.
#include <algorithm>

#include "evaluate/arithmetic.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;

template <class T>
void Arithmetic<T>::transpose(const Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  for (int p = 0; p < (out.active ? planes_ : 1); ++p) {
    for (int r = 0; r < out.rows; ++r) {
      for (int c = 0; c < out.cols; ++c)
        out.data[p * out.plane + r * out.down + c] = a.data[p * a.plane + c * a.down + r];
    }
  }
}

template <class T>
void Arithmetic<T>::lower(const Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  for (int p = 0; p < (out.active ? planes_ : 1); ++p) {
    for (int r = 0; r < out.rows; ++r) {
      T* const o = out.data + p * out.plane + r * out.down;
      std::fill_n(o, out.cols, T(0));
      if (p == 0 || a.active) std::copy_n(a.data + p * a.plane + r * a.down, r + 1, o);
    }
  }
}

// A column times a row, a matrix times a column, or two matrices.
template <class T>
void Arithmetic<T>::multiply(const Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  const Register<T>& b = registers_[i.args[1]];
  const int planes = out.active ? planes_ : 1;
  const bool is_outer = i.code == Code::outer;
  const int inner = is_outer ? 1 : a.cols;
  const int first = row_ == plan::none ? 0 : row_;
  const int last = row_ == plan::none ? out.rows : row_ + 1;
  // Sums begin with the first product of a plane, which writes over what the plane held.
  const auto add = [&](int pa, int pb, int to, bool begins) {
    for (int r = first; r < last; ++r) {
      T* const o = out.data + to * out.plane + r * out.down;
      if (begins && is_outer) {
        const T x = a.data[pa * a.plane + r * a.down];
        const T* const y = b.data + pb * b.plane;
        kernels::table<T>().sum(kernels::padded(out.cols), 1, &x, &y, o);
        continue;
      }
      for (int k = 0; k < inner; ++k) {
        const T x = a.data[pa * a.plane + r * a.down + k * a.right];
        const T* const y = b.data + pb * b.plane + (is_outer ? 0 : k * b.down);
        if (begins && k == 0) {
          for (int c = 0; c < out.cols; ++c) o[c] = T(0) + x * y[c];
        } else {
          for (int c = 0; c < out.cols; ++c) o[c] += x * y[c];
        }
      }
    }
  };
  add(0, 0, 0, true);
  for (int p = 1; p < planes && (a.active || b.active); ++p) {
    if (a.active) add(p, 0, p, true);
    if (b.active) add(0, p, p, !a.active);
  }
}

template void Arithmetic<float>::transpose(const Instruction& i, Register<float>& out);
template void Arithmetic<double>::transpose(const Instruction& i, Register<double>& out);
template void Arithmetic<float>::lower(const Instruction& i, Register<float>& out);
template void Arithmetic<double>::lower(const Instruction& i, Register<double>& out);
template void Arithmetic<float>::multiply(const Instruction& i, Register<float>& out);
template void Arithmetic<double>::multiply(const Instruction& i, Register<double>& out);

}  // namespace rule_search
