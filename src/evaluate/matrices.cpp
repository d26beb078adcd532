// Matrices computed by element, for rules that need the matrix itself.
#include <algorithm>

#include "evaluate/arithmetic.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;

template <class T>
void Arithmetic<T>::transpose(const Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  // Some rows and columns at a time, so that what is read and what is written both stay in the cache.
  constexpr int block = 16;
  for (int p = 0; p < (out.active ? planes_ : 1); ++p) {
    const T* const from = a.data + p * a.plane;
    T* const to = out.data + p * out.plane;
    for (int first = 0; first < out.cols; first += block) {
      const int end = std::min(first + block, out.cols);
      for (int r = 0; r < out.rows; ++r) {
        for (int c = first; c < end; ++c) to[r * out.down + c] = from[c * a.down + r];
      }
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

// A column times a row, or two matrices.
template <class T>
void Arithmetic<T>::multiply(const Instruction& i, Register<T>& out) {
  if (i.code == Code::matrix_times) return multiply_column(i, out);
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

namespace {

// Sums that do not wait for one another: as many as an addition takes cycles, and more.
constexpr int side_by_side = 8;

// sum[q] += the products of x_q and y_q, n numbers each, in their order.
template <class T>
void add_products(int n, const T* x, std::ptrdiff_t x_next, const T* y, std::ptrdiff_t y_next, int count, T* sum) {
  T total[side_by_side];
  for (int q = 0; q < side_by_side; ++q) total[q] = q < count ? sum[q] : T(0);
  if (count == side_by_side) {
    for (int k = 0; k < n; ++k) {
      for (int q = 0; q < side_by_side; ++q) total[q] += x[q * x_next + k] * y[q * y_next + k];
    }
  } else {
    for (int q = 0; q < count; ++q) {
      for (int k = 0; k < n; ++k) total[q] += x[q * x_next + k] * y[q * y_next + k];
    }
  }
  for (int q = 0; q < count; ++q) sum[q] = total[q];
}

}  // namespace

// A matrix times a column. Every sum has one order, that of the columns of the matrix.
template <class T>
void Arithmetic<T>::multiply_column(const Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  const Register<T>& b = registers_[i.args[1]];
  const int planes = out.active ? planes_ : 1;
  const int first = row_ == plan::none ? 0 : row_;
  const int last = row_ == plan::none ? out.rows : row_ + 1;
  // Of values there is one plane, so that several rows are computed at once; of tangents several planes.
  for (int r = first; r < last; r += side_by_side) {
    const int count = std::min(side_by_side, last - r);
    T sum[side_by_side] = {};
    add_products(a.cols, a.data + r * a.down, a.down, b.data, 0, count, sum);
    for (int q = 0; q < count; ++q) out.data[(r + q) * out.down] = sum[q];
  }
  for (int p = 1; p < planes && (a.active || b.active); p += side_by_side) {
    const int count = std::min(side_by_side, planes - p);
    for (int r = first; r < last; ++r) {
      T sum[side_by_side] = {};
      const T* const row = a.data + r * a.down;
      if (a.active) add_products(a.cols, row + p * a.plane, a.plane, b.data, 0, count, sum);
      if (b.active) add_products(a.cols, row, 0, b.data + p * b.plane, b.plane, count, sum);
      for (int q = 0; q < count; ++q) out.data[(p + q) * out.plane + r * out.down] = sum[q];
    }
  }
}

template void Arithmetic<float>::transpose(const Instruction& i, Register<float>& out);
template void Arithmetic<double>::transpose(const Instruction& i, Register<double>& out);
template void Arithmetic<float>::lower(const Instruction& i, Register<float>& out);
template void Arithmetic<double>::lower(const Instruction& i, Register<double>& out);
template void Arithmetic<float>::multiply(const Instruction& i, Register<float>& out);
template void Arithmetic<double>::multiply(const Instruction& i, Register<double>& out);

}  // namespace rule_search
