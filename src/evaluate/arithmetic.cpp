#include "evaluate/arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "evaluate/work.hpp"

namespace rule_search {

using plan::Code;
using plan::Instruction;
using plan::none;

template <class T>
Arithmetic<T>::Arithmetic(const plan::Plan& plan, const Extents& extents, Registers<T>& registers)
    : plan_(plan), registers_(registers), planes_(extents.planes), functions_(plan.code.size(), nullptr) {
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    const Instruction& i = plan.code[k];
    // Double precision is the reference and takes the library's functions.
    if (i.code == Code::function && sizeof(T) == sizeof(float))
      functions_[k] = kernels::function_named<T>(std::string(row(i.function).name).c_str());
  }
  const int longest = std::max({extents.post, extents.pre, extents.columns});
  for (Buffer<T>& s : scratch_) s = Buffer<T>(static_cast<std::size_t>(padded(longest)));
}

template <class T>
void Arithmetic<T>::run(std::size_t k) {
  const Instruction& i = plan_.code[k];
  Register<T>& out = registers_[static_cast<int>(k)];
  switch (i.code) {
    case Code::combine:
      return combine(i, out);
    case Code::hadamard:
    case Code::hadamard_divide:
    case Code::power:
    case Code::function_of_two:
      return binary(i, out);
    case Code::function:
      return function(k, out);
    case Code::clip:
      return clip(i, out);
    case Code::dot:
    case Code::sum:
    case Code::mean:
    case Code::norm:
      return reduce(i, out);
    case Code::matrix_transpose:
      return transpose(i, out);
    case Code::matrix_lower:
      return lower(i, out);
    case Code::outer:
    case Code::matrix_times:
    case Code::matrix_product:
      return multiply(i, out);
    default:
      return;
  }
}

template <class T>
void Arithmetic<T>::run_row(std::size_t k, int r) {
  row_ = r;
  run(k);
  row_ = none;
}

template <class T>
typename Arithmetic<T>::Stretches Arithmetic<T>::stretches(const Instruction& i, const Register<T>& out) const {
  if (!i.shape.is_matrix()) return {0, 1, std::max(out.rows, out.cols)};
  return row_ == none ? Stretches{0, out.rows, out.cols} : Stretches{row_, row_ + 1, out.cols};
}

template <class T>
void Arithmetic<T>::combine(const Instruction& i, Register<T>& out) {
  const int planes = out.active ? planes_ : 1;
  // The value comes last: it may be written over what tangents are made of, where a state becomes it in place.
  for (int p = planes - 1; p >= 0; --p) {
    summands_.clear();
    factors_.clear();
    const auto add = [&](T factor, const Register<T>& x, int from) {
      if (factor == 0) return;
      factors_.push_back(factor);
      summands_.push_back({x.data + from * x.plane, x.down});
    };
    for (const plan::Term& t : i.terms) {
      const Register<T>& x = registers_[t.value];
      const Register<T>* f = t.factor.coefficient == none ? nullptr : &registers_[t.factor.coefficient];
      const T number = static_cast<T>(t.factor.number);
      if (p == 0 || x.active) add(f != nullptr ? number * f->data[0] : number, x, p);
      if (p > 0 && f != nullptr && f->active) add(number * f->data[p * f->plane], x, 0);
    }
    add_up(i, p, out);
  }
}

// Into plane p of `out`.
template <class T>
void Arithmetic<T>::add_up(const Instruction& i, int p, Register<T>& out) {
  const auto [first, last, size] = stretches(i, out);
  const int wide = kernels::padded(size);
  const auto count = static_cast<int>(factors_.size());
  if (i.shape.is_number()) {
    T* const to = out.data + p * out.plane;
    std::fill_n(to, wide, T(0));
    for (std::size_t k = 0; k < summands_.size(); ++k) *to += factors_[k] * *summands_[k].data;
    return;
  }
  addresses_.resize(summands_.size());
  if (i.shape.is_matrix()) work::add(static_cast<double>(count) * size * (last - first));
  // Rows that lie one after the other in all matrices are one long one.
  if (last - first > 1 && out.down == wide &&
      std::all_of(summands_.begin(), summands_.end(), [wide](const Summand& s) { return s.down == wide; })) {
    for (std::size_t k = 0; k < summands_.size(); ++k) addresses_[k] = summands_[k].data + first * wide;
    kernels::table<T>().sum((last - first) * wide, count, factors_.data(), addresses_.data(),
                            out.data + p * out.plane + first * wide);
    return;
  }
  for (int r = first; r < last; ++r) {
    for (std::size_t k = 0; k < summands_.size(); ++k) addresses_[k] = summands_[k].data + r * summands_[k].down;
    kernels::table<T>().sum(wide, count, factors_.data(), addresses_.data(), out.data + p * out.plane + r * out.down);
  }
}

template <class T>
typename Arithmetic<T>::Stretch Arithmetic<T>::stretch(const Register<T>& x, bool as_row, bool of_matrix, int r,
                                                       int p) const {
  const T* const plane = x.data + p * x.plane;
  if (x.rows == 1 && x.cols == 1 && x.right == 0) return {plane, true};
  if (x.right == 1) return {plane + r * x.down, false};  // a matrix
  if (of_matrix && !as_row) return {plane + r * x.down, true};
  return {plane, false};
}

template <class T>
const T* Arithmetic<T>::spread(const Stretch& x, Buffer<T>& scratch, int n) {
  if (!x.alike) return x.data;
  std::fill_n(scratch.data(), n, *x.data);
  std::fill(scratch.data() + n, scratch.data() + padded(n), T(0));
  return scratch.data();
}

namespace {

// x^n for n of 1 to 4, as products; false for other exponents.
template <class T>
bool small_power(T exponent, int n, const T* x, T* value, T* derivative) {
  if (exponent == 1) {
    for (int c = 0; c < n; ++c) {
      value[c] = x[c];
      derivative[c] = 1;
    }
  } else if (exponent == 2) {
    for (int c = 0; c < n; ++c) {
      value[c] = x[c] * x[c];
      derivative[c] = 2 * x[c];
    }
  } else if (exponent == 3) {
    for (int c = 0; c < n; ++c) {
      const T square = x[c] * x[c];
      value[c] = square * x[c];
      derivative[c] = 3 * square;
    }
  } else if (exponent == 4) {
    for (int c = 0; c < n; ++c) {
      const T square = x[c] * x[c];
      value[c] = square * square;
      derivative[c] = 4 * square * x[c];
    }
  } else {
    return false;
  }
  return true;
}

// Value and derivatives by both operands, as the table of operators has them; written out, since a call an element would
// take most of the time.
template <class T>
void function_of_two(Op op, int n, const T* x, const T* y, T* value, T* by_x, T* by_y) {
  if (op == Op::min || op == Op::max) {
    for (int c = 0; c < n; ++c) {
      const bool first = op == Op::min ? x[c] < y[c] : x[c] > y[c];
      value[c] = first ? x[c] : y[c];
      by_x[c] = first ? T(1) : T(0);
      by_y[c] = first ? T(0) : T(1);
    }
    return;
  }
  for (int c = 0; c < n; ++c) value[c] = (op == Op::greater ? x[c] > y[c] : x[c] >= y[c]) ? T(1) : T(0);
}

}  // namespace

template <class T>
void Arithmetic<T>::binary(const Instruction& i, Register<T>& out) {
  const auto& k = kernels::table<T>();
  const Register<T>& a = registers_[i.args[0]];
  const Register<T>& b = registers_[i.args[1]];
  const bool is_matrix = i.shape.is_matrix();
  const auto [first, last, n] = stretches(i, out);
  const int wide = kernels::padded(n);
  const auto as_row = [&](std::size_t arg) { return arg < i.as_row.size() && i.as_row[arg]; };
  const auto at = [&, size = n](std::size_t arg, int r, int p) {
    return spread(stretch(arg == 0 ? a : b, as_row(arg), is_matrix, r, p), scratch_[arg], size);
  };
  const bool constant_exponent =
      i.code == Code::power && plan_.code[static_cast<std::size_t>(i.args[1])].code == Code::number;
  for (int r = first; r < last; ++r) {
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
    } else if (i.code == Code::function_of_two) {
      function_of_two(i.function, n, x, y, value, by_a, by_b);
    } else if (constant_exponent && small_power(y[0], n, x, value, by_a)) {
      // The exponent has no tangent.
    } else {
      for (int c = 0; c < n; ++c) {
        value[c] = std::pow(x[c], y[c]);
        // x^0 has derivative 0 even at x = 0, where y * x^(y-1) is not a number. A power below 1 has none at 0: what is cut
        // off there, as by relu, depends on nothing.
        const bool none = y[c] == 0 || (x[c] == 0 && y[c] > 0 && y[c] < 1);
        by_a[c] = none ? T(0) : y[c] * std::pow(x[c], y[c] - 1);
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
void Arithmetic<T>::function(std::size_t at, Register<T>& out) {
  const auto& k = kernels::table<T>();
  const Instruction& i = plan_.code[at];
  const Operator& f = rule_search::row(i.function);
  const Register<T>& a = registers_[i.args[0]];
  const auto [first, last, n] = stretches(i, out);
  const int wide = kernels::padded(n);
  T* const derivative = scratch_[2].data();
  for (int r = first; r < last; ++r) {
    const T* const x = a.data + r * a.down;
    T* const value = out.data + r * out.down;
    if (functions_[at] != nullptr) {
      functions_[at](wide, x, value, derivative);
    } else {
      for (int c = 0; c < n; ++c) {
        value[c] = static_cast<T>(f.value(static_cast<double>(x[c])));
        derivative[c] = static_cast<T>(f.derivative(static_cast<double>(x[c])));
      }
    }
    // Padding stays 0, whatever the function makes of it.
    std::fill(value + n, value + wide, T(0));
    std::fill(derivative + n, derivative + wide, T(0));
    if (!out.active) continue;
    for (int p = 1; p < planes_; ++p) {
      T* const tangent = value + p * out.plane;
      std::fill_n(tangent, wide, T(0));
      if (a.active) k.multiply_add(wide, derivative, x + p * a.plane, tangent);
    }
  }
}

template <class T>
void Arithmetic<T>::clip(const Instruction& i, Register<T>& out) {
  const Register<T>& a = registers_[i.args[0]];
  const auto bound = static_cast<T>(i.number);
  const auto [first, last, n] = stretches(i, out);
  const int wide = kernels::padded(n);
  for (int r = first; r < last; ++r) {
    const T* const x = a.data + r * a.down;
    T* const value = out.data + r * out.down;
    for (int c = 0; c < wide; ++c) value[c] = std::clamp(x[c], -bound, bound);
    for (int p = 1; p < (out.active ? planes_ : 1); ++p) {
      for (int c = 0; c < wide; ++c)
        value[p * out.plane + c] = a.active && std::abs(x[c]) < bound ? x[p * a.plane + c] : T(0);
    }
  }
}

template class Arithmetic<float>;
template class Arithmetic<double>;

}  // namespace rule_search
