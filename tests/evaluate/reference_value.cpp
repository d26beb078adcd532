#include "reference_value.hpp"

#include <algorithm>

namespace reference {

Matrix shaped(std::size_t rows, std::size_t cols, const Dual& fill) {
  return {rows, cols, std::vector<Dual>(rows * cols, fill)};
}

Matrix value(const Expr& e, const Place& p) {
  const Walk& k = p.walk;
  const auto arg = [&](std::size_t i) { return value(e->args[i], p); };
  const auto each = [&](Matrix a, auto f) {
    for (Dual& x : a.x) x = f(x);
    return a;
  };
  const auto both = [&](const Matrix& a, const Matrix& b, auto f) {
    Matrix out = shaped(std::max(a.rows, b.rows), std::max(a.cols, b.cols), k.constant(0));
    for (std::size_t r = 0; r < out.rows; ++r) {
      for (std::size_t c = 0; c < out.cols; ++c) {
        out.at(r, c) =
            f(a.at(a.rows == 1 ? 0 : r, a.cols == 1 ? 0 : c), b.at(b.rows == 1 ? 0 : r, b.cols == 1 ? 0 : c));
      }
    }
    return out;
  };
  const auto total = [&](const Matrix& a) {
    Dual sum = k.constant(0);
    for (const Dual& x : a.x) sum = k.add(sum, x);
    return Matrix{1, 1, {sum}};
  };
  switch (e->op) {
    case Op::number:
      return {1, 1, {k.constant(e->number)}};
    case Op::parameter:
      return {1, 1, {p.theta[static_cast<std::size_t>(e->parameter)]}};
    case Op::quantity:
      switch (e->quantity) {
        case Quantity::pre:
          return p.pre;
        case Quantity::post:
          return p.post;
        case Quantity::err_pre:
          return p.err_pre;
        case Quantity::err_post:
          return p.err_post;
        case Quantity::w:
          return p.w;
        case Quantity::ones_pre:
          return shaped(p.pre.rows, 1, k.constant(1));
        case Quantity::ones_post:
          return shaped(p.post.rows, 1, k.constant(1));
        case Quantity::noise_pre:
          return p.noise_pre;
        case Quantity::noise_post:
          return p.noise_post;
        case Quantity::shuffled_err_pre:
          return p.shuffled_err_pre;
        case Quantity::shuffled_err_post:
          return p.shuffled_err_post;
        case Quantity::net:
          return p.net;
        case Quantity::gate:
          return p.gate;
      }
      return {};
    case Op::state:
      return p.states[static_cast<std::size_t>(e->variable)];
    case Op::signal:
      return p.signals.at(static_cast<std::size_t>(e->variable));
    case Op::add: {
      Matrix sum = arg(0);
      for (std::size_t i = 1; i < e->args.size(); ++i)
        sum = both(sum, arg(i), [&](const Dual& a, const Dual& b) { return k.add(a, b); });
      return sum;
    }
    case Op::negate:
      return each(arg(0), [&](const Dual& x) { return k.map(x, -x.v, -1); });
    case Op::transpose: {
      const Matrix a = arg(0);
      Matrix out = shaped(a.cols, a.rows, k.constant(0));
      for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t c = 0; c < a.cols; ++c) out.at(c, r) = a.at(r, c);
      }
      return out;
    }
    case Op::multiply: {
      const Matrix a = arg(0);
      const Matrix b = arg(1);
      if (e->args[0]->shape.is_number() || e->args[1]->shape.is_number())
        return both(a, b, [&](const Dual& x, const Dual& y) { return k.times(x, y); });
      Matrix out = shaped(a.rows, b.cols, k.constant(0));
      for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t c = 0; c < b.cols; ++c) {
          for (std::size_t i = 0; i < a.cols; ++i) out.at(r, c) = k.add(out.at(r, c), k.times(a.at(r, i), b.at(i, c)));
        }
      }
      return out;
    }
    case Op::hadamard:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.times(a, b); });
    case Op::divide:
    case Op::hadamard_divide:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.over(a, b); });
    case Op::power:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.power(a, b); });
    case Op::dot:
      return total(both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.times(a, b); }));
    case Op::sum:
      return total(arg(0));
    case Op::mean: {
      const Matrix a = arg(0);
      const double n = static_cast<double>(a.x.size());
      return each(total(a), [&](const Dual& x) { return k.map(x, x.v / n, 1 / n); });
    }
    case Op::norm:
      return each(total(each(arg(0), [&](const Dual& x) { return k.times(x, x); })),
                  [&](const Dual& x) { return k.map(x, std::sqrt(x.v), x.v == 0 ? 0 : 0.5 / std::sqrt(x.v)); });
    case Op::lower: {
      Matrix a = arg(0);
      for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t c = r + 1; c < a.cols; ++c) a.at(r, c) = k.constant(0);
      }
      return a;
    }
    case Op::exp:
      return each(arg(0), [&](const Dual& x) { return k.exp(x); });
    case Op::log:
      return each(arg(0), [&](const Dual& x) { return k.log(x); });
    case Op::tanh:
      return each(arg(0),
                  [&](const Dual& x) { return k.map(x, std::tanh(x.v), 1 / (std::cosh(x.v) * std::cosh(x.v))); });
    case Op::sigmoid:
      return each(arg(0), [&](const Dual& x) {
        return k.map(x, 1 / (1 + std::exp(-x.v)), std::exp(-x.v) / ((1 + std::exp(-x.v)) * (1 + std::exp(-x.v))));
      });
    case Op::relu:
      return each(arg(0), [&](const Dual& x) { return k.map(x, x.v > 0 ? x.v : 0, x.v > 0 ? 1 : 0); });
    case Op::abs:
      return each(arg(0), [&](const Dual& x) { return k.map(x, std::fabs(x.v), x.v < 0 ? -1 : 1); });
    case Op::sign:
      return each(arg(0), [&](const Dual& x) { return k.map(x, x.v > 0 ? 1 : x.v < 0 ? -1 : 0, 0); });
    case Op::step:
      return each(arg(0), [&](const Dual& x) { return k.constant(x.v > 0 ? 1 : 0); });
    case Op::min:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return b.v <= a.v ? b : a; });
    case Op::max:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return b.v >= a.v ? b : a; });
    case Op::greater:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.constant(b.v < a.v ? 1 : 0); });
    case Op::at_least:
      return both(arg(0), arg(1), [&](const Dual& a, const Dual& b) { return k.constant(b.v <= a.v ? 1 : 0); });
    case Op::sqrt:
      return each(arg(0), [&](const Dual& x) { return k.map(x, std::sqrt(x.v), x.v == 0 ? 0 : 0.5 / std::sqrt(x.v)); });
  }
  return {};
}

}  // namespace reference
