// What each instruction of a plan computes, with tangents.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "evaluate/connection.hpp"
#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

template <class T>
void Connection<T>::run(const Instruction& i, Register& out) {
  switch (i.code) {
    case Code::number:
    case Code::quantity:
    case Code::state:
    case Code::signal:
    case Code::net:
      break;
    case Code::parameter: {
      const auto r = static_cast<std::size_t>(i.parameter);
      out.data[0] = static_cast<T>(values_[r]);
      for (int p = 1; p < planes_; ++p) out.data[p * out.plane] = direction_[r] == p - 1 ? T(1) : T(0);
      break;
    }
    case Code::combine:
      combine(i, out);
      break;
    case Code::hadamard:
    case Code::hadamard_divide:
    case Code::power:
      binary(i, out);
      break;
    case Code::function:
      elementwise(i, out);
      break;
    case Code::dot:
    case Code::sum:
    case Code::mean:
    case Code::norm:
      reduce(i, out);
      break;
    case Code::weight_times: {
      kernels::Weights<T> w = weights_;
      kernels::Column<T> x = column(i.args[0]);
      if (!out.active) {
        w.planes = 1;
        x.active = false;
      }
      work::count_product(w, n_, x.active, w.planes);
      kernels::table<T>().forward(w, x, out.data, out.plane);
      break;
    }
    case Code::weight_transposed_times: {
      if (along_done_ && &out == &reg(along_)) break;
      const kernels::Weights<T> w = weights_for(out);
      kernels::Column<T> y = column(i.args[0]);
      y.active = y.active && out.active;
      work::count_product(w, n_, y.active, w.planes);
      kernels::table<T>().backward(w, y, out.data + first_, out.plane, w.planes);
      break;
    }
    case Code::project:
      project(i, out);
      break;
    case Code::replay:
      walk(i, out);
      break;
    default:
      matrix(i, out);
  }
}

template <class T>
void Connection<T>::combine(const Instruction& i, Register& out) {
  const int planes = out.active ? planes_ : 1;
  // A column lies in memory like one row of a matrix.
  const bool is_matrix = i.shape.is_matrix();
  const int rows = is_matrix ? out.rows : 1;
  const int cols = is_matrix ? out.cols : std::max(out.rows, out.cols);
  for (int p = 0; p < planes; ++p) {
    for (int r = 0; r < rows; ++r) std::fill_n(out.data + p * out.plane + r * out.down, padded(cols), T(0));
  }
  const auto add = [&](T factor, const Register& x, int from, int to) {
    if (factor == 0) return;
    if (i.shape.is_number()) {
      out.data[to * out.plane] += factor * x.data[from * x.plane];
      return;
    }
    for (int r = 0; r < rows; ++r)
      kernels::table<T>().add(kernels::padded(cols), factor, x.data + from * x.plane + r * x.down,
                              out.data + to * out.plane + r * out.down);
  };
  for (const plan::Term& t : i.terms) {
    const Register& x = reg(t.value);
    const Register* f = t.factor.coefficient == none ? nullptr : &reg(t.factor.coefficient);
    const T number = static_cast<T>(t.factor.number);
    const T factor = f != nullptr ? number * f->data[0] : number;
    add(factor, x, 0, 0);
    for (int p = 1; p < planes; ++p) {
      if (x.active) add(factor, x, p, p);
      if (f != nullptr && f->active) add(number * f->data[p * f->plane], x, 0, p);
    }
  }
}

// A row of a matrix, or a whole column: what lies in memory side by side.
template <class T>
struct Connection<T>::Line {
  const T* data = nullptr;
  bool alike = false;  // one number for all elements
};

template <class T>
typename Connection<T>::Line Connection<T>::line(const Register& x, bool as_row, bool of_matrix, int r, int p) const {
  const T* const plane = x.data + p * x.plane;
  if (x.rows == 1 && x.cols == 1 && x.right == 0) return {plane, true};
  if (x.right == 1) return {plane + r * x.down, false};  // a matrix
  if (of_matrix && !as_row) return {plane + r * x.down, true};
  return {plane, false};
}

template <class T>
const T* Connection<T>::spread(const Line& x, Buffer<T>& scratch, int n) {
  if (!x.alike) return x.data;
  std::fill_n(scratch.data(), n, *x.data);
  std::fill(scratch.data() + n, scratch.data() + padded(n), T(0));
  return scratch.data();
}

namespace {

// x^n for n of 1 to 4, as products; false for other exponents.
template <class T>
bool small_power(T exponent, int n, const T* x, T* value, T* slope) {
  if (exponent == 1) {
    for (int c = 0; c < n; ++c) {
      value[c] = x[c];
      slope[c] = 1;
    }
  } else if (exponent == 2) {
    for (int c = 0; c < n; ++c) {
      value[c] = x[c] * x[c];
      slope[c] = 2 * x[c];
    }
  } else if (exponent == 3) {
    for (int c = 0; c < n; ++c) {
      const T square = x[c] * x[c];
      value[c] = square * x[c];
      slope[c] = 3 * square;
    }
  } else if (exponent == 4) {
    for (int c = 0; c < n; ++c) {
      const T square = x[c] * x[c];
      value[c] = square * square;
      slope[c] = 4 * square * x[c];
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace

template <class T>
void Connection<T>::binary(const Instruction& i, Register& out) {
  const auto& k = kernels::table<T>();
  const Register& a = reg(i.args[0]);
  const Register& b = reg(i.args[1]);
  const bool is_matrix = i.shape.is_matrix();
  const int rows = is_matrix ? out.rows : 1;
  const int n = is_matrix ? out.cols : std::max(out.rows, out.cols);
  const int wide = padded(n);
  const auto as_row = [&](std::size_t arg) { return arg < i.as_row.size() && i.as_row[arg]; };
  const auto at = [&](std::size_t arg, int r, int p) {
    return spread(line(arg == 0 ? a : b, as_row(arg), is_matrix, r, p), scratch_[arg], n);
  };
  const bool constant_exponent =
      i.code == Code::power && plan_.code[static_cast<std::size_t>(i.args[1])].code == Code::number;
  for (int r = 0; r < rows; ++r) {
    T* const value = out.data + r * out.down;
    const T* const x = at(0, r, 0);
    const T* const y = at(1, r, 0);
    T* const by_a = scratch_[2].data();
    T* const by_b = scratch_[3].data();
    std::fill_n(value, wide, T(0));
    if (i.code == Code::hadamard) {
      k.multiply_add(wide, x, y, value);
      if (out.active && a.active) std::copy_n(y, wide, by_a);
      if (out.active && b.active) std::copy_n(x, wide, by_b);
    } else if (i.code == Code::hadamard_divide) {
      for (int c = 0; c < n; ++c) {
        value[c] = x[c] / y[c];
        by_a[c] = 1 / y[c];
        by_b[c] = -value[c] / y[c];
      }
    } else if (constant_exponent && small_power(y[0], n, x, value, by_a)) {
      // The exponent has no tangent.
    } else {
      for (int c = 0; c < n; ++c) {
        value[c] = std::pow(x[c], y[c]);
        // x^0 has slope 0 even at x = 0, where y * x^(y-1) is not a number.
        by_a[c] = y[c] == 0 ? T(0) : y[c] * std::pow(x[c], y[c] - 1);
        by_b[c] = x[c] > 0 ? value[c] * std::log(x[c]) : T(0);
      }
    }
    if (!out.active) continue;
    std::fill(by_a + n, by_a + wide, T(0));
    std::fill(by_b + n, by_b + wide, T(0));
    for (int p = 1; p < planes_; ++p) {
      T* const tangent = value + p * out.plane;
      std::fill_n(tangent, wide, T(0));
      if (a.active) k.multiply_add(wide, by_a, at(0, r, p), tangent);
      if (b.active) k.multiply_add(wide, by_b, at(1, r, p), tangent);
    }
  }
}

template <class T>
void Connection<T>::elementwise(const Instruction& i, Register& out) {
  const auto& k = kernels::table<T>();
  const Operator& f = rule_search::row(i.function);
  const Register& a = reg(i.args[0]);
  const bool is_matrix = i.shape.is_matrix();
  const int rows = is_matrix ? out.rows : 1;
  const int n = is_matrix ? out.cols : std::max(out.rows, out.cols);
  const int wide = padded(n);
  // Double precision is the reference and takes the library's functions.
  const kernels::Function<T> by_kernel =
      sizeof(T) == sizeof(float) ? kernels::function_named<T>(std::string(f.name).c_str()) : nullptr;
  T* const slope = scratch_[2].data();
  for (int r = 0; r < rows; ++r) {
    const T* const x = a.data + r * a.down;
    T* const value = out.data + r * out.down;
    if (by_kernel != nullptr) {
      by_kernel(wide, x, value, slope);
    } else {
      for (int c = 0; c < n; ++c) {
        value[c] = static_cast<T>(f.value(static_cast<double>(x[c])));
        slope[c] = static_cast<T>(f.derivative(static_cast<double>(x[c])));
      }
    }
    // Padding stays 0, whatever the function makes of it.
    std::fill(value + n, value + wide, T(0));
    std::fill(slope + n, slope + wide, T(0));
    if (!out.active) continue;
    for (int p = 1; p < planes_; ++p) {
      T* const tangent = value + p * out.plane;
      std::fill_n(tangent, wide, T(0));
      if (a.active) k.multiply_add(wide, slope, x + p * a.plane, tangent);
    }
  }
}

template <class T>
void Connection<T>::reduce(const Instruction& i, Register& out) {
  const Register& a = reg(i.args[0]);
  const int planes = out.active ? planes_ : 1;
  const auto over = [&](auto&& f) {
    T sum = 0;
    for (int r = 0; r < a.rows; ++r) {
      for (int c = 0; c < a.cols; ++c) sum += f(r * a.down + c * a.right);
    }
    return sum;
  };
  if (i.code == Code::dot) {
    const Register& b = reg(i.args[1]);
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

template <class T>
void Connection<T>::matrix(const Instruction& i, Register& out) {
  const Register& a = reg(i.args[0]);
  const int planes = out.active ? planes_ : 1;
  if (i.code == Code::matrix_transpose) {
    for (int p = 0; p < planes; ++p) {
      for (int r = 0; r < out.rows; ++r) {
        for (int c = 0; c < out.cols; ++c)
          out.data[p * out.plane + r * out.down + c] = a.data[p * a.plane + c * a.down + r];
      }
    }
    return;
  }
  if (i.code == Code::matrix_lower) {
    for (int p = 0; p < planes; ++p) {
      for (int r = 0; r < out.rows; ++r) {
        T* const o = out.data + p * out.plane + r * out.down;
        std::fill_n(o, out.cols, T(0));
        if (p == 0 || a.active) std::copy_n(a.data + p * a.plane + r * a.down, r + 1, o);
      }
    }
    return;
  }
  const Register& b = reg(i.args[1]);
  // outer: a column times a row; matrix_times: a matrix times a column; matrix_product: two matrices.
  const bool is_outer = i.code == Code::outer;
  const int inner = is_outer ? 1 : a.cols;
  const auto add = [&](int pa, int pb, int to) {
    for (int r = 0; r < out.rows; ++r) {
      T* const o = out.data + to * out.plane + r * out.down;
      for (int k = 0; k < inner; ++k) {
        const T x = a.data[pa * a.plane + r * a.down + k * a.right];
        const T* const y = b.data + pb * b.plane + (is_outer ? 0 : k * b.down);
        for (int c = 0; c < out.cols; ++c) o[c] += x * y[c];
      }
    }
  };
  for (int p = 0; p < planes; ++p) {
    for (int r = 0; r < out.rows; ++r) std::fill_n(out.data + p * out.plane + r * out.down, out.cols, T(0));
  }
  add(0, 0, 0);
  for (int p = 1; p < planes; ++p) {
    if (a.active) add(p, 0, p);
    if (b.active) add(0, p, p);
  }
}

template void Connection<float>::run(const Instruction& i, Register& out);
template void Connection<double>::run(const Instruction& i, Register& out);
template void Connection<float>::combine(const Instruction& i, Register& out);
template void Connection<double>::combine(const Instruction& i, Register& out);
template void Connection<float>::binary(const Instruction& i, Register& out);
template void Connection<double>::binary(const Instruction& i, Register& out);
template void Connection<float>::elementwise(const Instruction& i, Register& out);
template void Connection<double>::elementwise(const Instruction& i, Register& out);
template void Connection<float>::reduce(const Instruction& i, Register& out);
template void Connection<double>::reduce(const Instruction& i, Register& out);
template void Connection<float>::matrix(const Instruction& i, Register& out);
template void Connection<double>::matrix(const Instruction& i, Register& out);

}  // namespace rule_search
