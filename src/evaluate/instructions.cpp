// What each instruction of a plan computes, with tangents.
#include <algorithm>
#include <cmath>
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
    case Code::walk:
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
    for (int r = 0; r < rows; ++r) std::fill_n(out.data + p * out.plane + r * out.down, cols, T(0));
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

template <class T>
void Connection<T>::binary(const Instruction& i, Register& out) {
  const auto view = [&](std::size_t k) {
    Register r = reg(i.args[k]);
    if (k < i.as_row.size() && i.as_row[k]) std::swap(r.down, r.right);
    return r;
  };
  const Register a = view(0);
  const Register b = view(1);
  for (int r = 0; r < out.rows; ++r) {
    for (int c = 0; c < out.cols; ++c) {
      const T x = a.data[r * a.down + c * a.right];
      const T y = b.data[r * b.down + c * b.right];
      T value = 0;
      T by_a = 0;
      T by_b = 0;
      if (i.code == Code::hadamard) {
        value = x * y;
        by_a = y;
        by_b = x;
      } else if (i.code == Code::hadamard_divide) {
        value = x / y;
        by_a = 1 / y;
        by_b = -value / y;
      } else {
        value = std::pow(x, y);
        // x^0 has slope 0 even at x = 0, where y * x^(y-1) is not a number.
        by_a = y == 0 ? T(0) : y * std::pow(x, y - 1);
        by_b = x > 0 ? value * std::log(x) : T(0);
      }
      T* const o = out.data + r * out.down + c * out.right;
      o[0] = value;
      for (int p = 1; out.active && p < planes_; ++p) {
        T d = 0;
        if (a.active) d += by_a * a.data[p * a.plane + r * a.down + c * a.right];
        if (b.active) d += by_b * b.data[p * b.plane + r * b.down + c * b.right];
        o[p * out.plane] = d;
      }
    }
  }
}

template <class T>
void Connection<T>::elementwise(const Instruction& i, Register& out) {
  const Operator& f = rule_search::row(i.function);
  const Register& a = reg(i.args[0]);
  for (int r = 0; r < out.rows; ++r) {
    for (int c = 0; c < out.cols; ++c) {
      const double x = a.data[r * a.down + c * a.right];
      T* const o = out.data + r * out.down + c * out.right;
      o[0] = static_cast<T>(f.value(x));
      if (!out.active) continue;
      const T slope = static_cast<T>(f.derivative(x));
      for (int p = 1; p < planes_; ++p)
        o[p * out.plane] = slope * a.data[p * a.plane + r * a.down + c * a.right];
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
