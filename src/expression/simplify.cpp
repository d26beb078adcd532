#include "expression/simplify.hpp"

#include <cmath>
#include <utility>

#include "expression/decay.hpp"
#include "expression/rewrite.hpp"

namespace rule_search {

namespace {

bool is_number(const Expr& e, double value) { return e->op == Op::number && e->number == value; }

// A literal with its sign, where e is one.
bool literal(const Expr& e, double& value) {
  if (e->op == Op::number) {
    value = e->number;
    return true;
  }
  if (e->op == Op::negate && e->args[0]->op == Op::number) {
    value = -e->args[0]->number;
    return true;
  }
  return false;
}

bool is_zero(const Expr& e) { return is_number(e, 0); }

// The same value in every element.
Expr constant(double value, Shape shape) {
  if (shape.is_number()) return make_number(value);
  const auto ones = [](Side side) {
    return make_quantity(side == Side::post ? Quantity::ones_post : Quantity::ones_pre);
  };
  Expr e = shape.is_column() ? ones(shape.rows)
           : shape.is_row()  ? make_transpose(ones(shape.cols))
                             : make(Op::multiply, {ones(shape.rows), make_transpose(ones(shape.cols))});
  if (std::abs(value) != 1) e = make(Op::multiply, {make_number(std::abs(value)), e});
  return value < 0 ? make_negate(e) : e;
}

// A zero of any shape is written as the number 0 while simplifying; sums absorb it, functions of it become a
// constant of the shape they had, and simplify() gives it back its shape at the end.
Expr simplify_product(const Expr& e, Expr a, Expr b) {
  if (is_zero(a) || is_zero(b)) return make_number(0);
  bool minus = false;
  const auto strip = [&](Expr& x) {
    if (x->op == Op::negate) {
      minus = !minus;
      x = x->args[0];
    }
  };
  strip(a);
  strip(b);
  const auto result = [&](Expr x) { return minus ? make_negate(std::move(x)) : x; };
  if (a->op == Op::number && b->op == Op::number) return result(make_number(a->number * b->number));
  if (is_number(a, 1) && (e->op == Op::multiply || b->shape == e->shape)) return result(b);
  if (is_number(b, 1) && (e->op == Op::multiply || a->shape == e->shape)) return result(a);
  if (e->op == Op::multiply) {
    // Numbers to the front, and folded: 2*(3*x) is 6*x.
    if (b->op == Op::number) std::swap(a, b);
    if (a->op == Op::number && b->op == Op::multiply && b->args[0]->op == Op::number) {
      return result(make(Op::multiply, {make_number(a->number * b->args[0]->number), b->args[1]}));
    }
    // x*(2*y) is 2*(x*y).
    if (b->op == Op::multiply && b->args[0]->op == Op::number) {
      return result(make(Op::multiply, {b->args[0], make(Op::multiply, {a, b->args[1]})}));
    }
    if (a->op == Op::multiply && a->args[0]->op == Op::number) {
      return result(make(Op::multiply, {a->args[0], make(Op::multiply, {a->args[1], b})}));
    }
  }
  return result(make(e->op, {a, b}));
}

// number * expression, the way a summand is compared with another one.
std::pair<double, Expr> coefficient_and_rest(const Expr& e) {
  if (e->op == Op::negate) {
    auto [c, rest] = coefficient_and_rest(e->args[0]);
    return {-c, rest};
  }
  if (e->op == Op::number) return {e->number, nullptr};
  if (e->op == Op::multiply && e->args[0]->op == Op::number) return {e->args[0]->number, e->args[1]};
  return {1, e};
}

Expr simplify_sum(const std::vector<Expr>& args) {
  std::vector<std::pair<double, Expr>> groups;
  for (const Expr& arg : args) {
    for (const Expr& s : summands(arg)) {
      const auto [c, rest] = coefficient_and_rest(s);
      bool merged = false;
      for (auto& [gc, grest] : groups) {
        if ((rest == nullptr && grest == nullptr) || (rest != nullptr && grest != nullptr && equal(rest, grest))) {
          gc += c;
          merged = true;
          break;
        }
      }
      if (!merged) groups.emplace_back(c, rest);
    }
  }
  std::vector<Expr> kept;
  for (const auto& [c, rest] : groups) {
    if (c == 0) continue;
    Expr magnitude = rest == nullptr    ? make_number(std::abs(c))
                     : std::abs(c) == 1 ? rest
                                        : make(Op::multiply, {make_number(std::abs(c)), rest});
    kept.push_back(c < 0 ? make_negate(magnitude) : magnitude);
  }
  if (kept.empty()) return make_number(0);
  return make_add(kept);
}

Expr simplified(const Expr& e, double step) {
  if (e->args.empty()) return e;
  if (const Expr tau = time_constant_of_decay(e, step))
    return make(Op::exp, {make_negate(make(Op::divide, {make_number(step), simplified(tau, step)}))});
  std::vector<Expr> args;
  for (const Expr& arg : e->args) args.push_back(simplified(arg, step));
  const auto vanished = [&](std::size_t i) { return args[i]->shape != e->args[i]->shape; };
  switch (e->op) {
    case Op::add:
      return simplify_sum(args);
    case Op::negate:
      if (is_zero(args[0])) return args[0];
      return make_negate(args[0]);
    case Op::transpose:
      if (args[0]->op == Op::negate) return make_negate(make_transpose(args[0]->args[0]));
      if (args[0]->shape.is_number()) return args[0];
      return make_transpose(args[0]);
    case Op::multiply:
    case Op::hadamard:
      return simplify_product(e, args[0], args[1]);
    case Op::divide: {
      double a = 0;
      double b = 0;
      if (is_zero(args[0])) return args[0];
      if (literal(args[1], b) && b == 1) return args[0];
      if (literal(args[0], a) && literal(args[1], b) && b != 0) return make_number(row(e->op).value_of_two(a, b));
      return make(e->op, args);
    }
    case Op::power: {
      double a = 0;
      double b = 0;
      if (literal(args[1], b) && b == 1) return args[0];
      if (literal(args[0], a) && literal(args[1], b)) {
        const double value = row(e->op).value_of_two(a, b);
        if (std::isfinite(value)) return value == 0 ? make_number(0) : constant(value, e->shape);
      }
      break;
    }
    case Op::sum:
    case Op::mean:
    case Op::norm:
    case Op::lower:
      // A zero that stands for a column: its sum, mean and norm are 0 as well. A number is its own sum.
      if (is_zero(args[0])) return args[0];
      break;
    case Op::dot:
      if (is_zero(args[0]) || is_zero(args[1])) return make_number(0);
      break;
    default: {
      double x = 0;
      double y = 0;
      if (!literal(args[0], x)) break;
      double value = 0;
      if (is_elementwise_function(e->op)) {
        value = row(e->op).value(x);
      } else if (is_function_of_two(e->op) && literal(args[1], y)) {
        value = row(e->op).value_of_two(x, y);
      } else {
        break;
      }
      if (std::isfinite(value)) return value == 0 ? make_number(0) : constant(value, e->shape);
    }
  }
  // A vanished operand of a shape that matters keeps the operation as it was.
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (vanished(i)) args[i] = e->args[i];
  }
  return rebuild(e, std::move(args));
}

}  // namespace

Expr simplify(const Expr& e, double step) {
  const Expr out = simplified(e, step);
  if (out->shape == e->shape) return out;
  if (e->shape == weight_shape) return make(Op::multiply, {make_number(0), make_quantity(Quantity::w)});
  return constant(0, e->shape);
}

}  // namespace rule_search
