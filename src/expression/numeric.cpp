#include "expression/numeric.hpp"

#include <cassert>
#include <cmath>
#include <random>

namespace rule_search {

namespace {

using Matrix = Eigen::MatrixXd;

// Element by element, what has one row or column stretched to the other's.
Matrix by_element(const Matrix& a, const Matrix& b, double (*f)(double, double)) {
  Matrix out(std::max(a.rows(), b.rows()), std::max(a.cols(), b.cols()));
  for (Eigen::Index i = 0; i < out.rows(); ++i) {
    for (Eigen::Index j = 0; j < out.cols(); ++j)
      out(i, j) = f(a(a.rows() == 1 ? 0 : i, a.cols() == 1 ? 0 : j), b(b.rows() == 1 ? 0 : i, b.cols() == 1 ? 0 : j));
  }
  return out;
}

Matrix drawn(const Expr& e, const Numbers& n) {
  const auto size = [&](Side side) {
    return side == Side::one ? Eigen::Index{1} : side == Side::pre ? n[Quantity::w].cols() : n[Quantity::w].rows();
  };
  std::mt19937_64 random(n.drawn + 2 * static_cast<std::uint64_t>(e->variable) + (e->op == Op::signal ? 1 : 0));
  Matrix out(size(e->shape.rows), size(e->shape.cols));
  for (double& x : out.reshaped()) {
    if (n.draw) {
      x = n.draw(random);
      continue;
    }
    x = 0.3 + 1.1 * static_cast<double>(random() >> 11) * 0x1p-53;
    if (random() % 2 == 0) x = -x;
  }
  return out;
}

Matrix number(double x) { return Matrix::Constant(1, 1, x); }

}  // namespace

Eigen::MatrixXd value(const Expr& e, const Numbers& numbers) {
  const auto arg = [&](std::size_t k) { return value(e->args[k], numbers); };
  switch (e->op) {
    case Op::number:
      return number(e->number);
    case Op::parameter:
      return number(numbers.parameters.at(static_cast<std::size_t>(e->parameter)));
    case Op::quantity:
      return numbers[e->quantity];
    case Op::state:
    case Op::signal:
      return drawn(e, numbers);
    case Op::add: {
      Matrix sum = arg(0);
      for (std::size_t k = 1; k < e->args.size(); ++k) sum += arg(k);
      return sum;
    }
    case Op::negate:
      return -arg(0);
    case Op::transpose:
      return arg(0).transpose();
    case Op::multiply: {
      const Matrix a = arg(0);
      const Matrix b = arg(1);
      if (e->args[0]->shape.is_number()) return a(0, 0) * b;
      if (e->args[1]->shape.is_number()) return b(0, 0) * a;
      return a * b;
    }
    case Op::divide:
    case Op::hadamard:
    case Op::hadamard_divide:
    case Op::power:
      return by_element(arg(0), arg(1), row(e->op).value_of_two);
    case Op::dot:
      return number(arg(0).cwiseProduct(arg(1)).sum());
    case Op::sum:
      return number(arg(0).sum());
    case Op::mean:
      return number(arg(0).mean());
    case Op::norm:
      return number(arg(0).norm());
    case Op::lower:
      return arg(0).triangularView<Eigen::Lower>();
    default:
      if (is_function_of_two(e->op)) return by_element(arg(0), arg(1), row(e->op).value_of_two);
      assert(row(e->op).value != nullptr);
      return arg(0).unaryExpr([&](double x) { return row(e->op).value(x); });
  }
}

}  // namespace rule_search
