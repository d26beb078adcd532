#include "expression/expression.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace rule_search {

namespace {

Expr node(Expression e) { return std::make_shared<const Expression>(std::move(e)); }

bool stretches(Shape a, Shape b, Shape& out) {
  const auto side = [](Side x, Side y, Side& result) {
    result = x == Side::one ? y : x;
    return x == y || x == Side::one || y == Side::one;
  };
  return side(a.rows, b.rows, out.rows) && side(a.cols, b.cols, out.cols);
}

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

}  // namespace

bool result_shape(Op op, const std::vector<Shape>& args, Shape& result) {
  switch (row(op).shape) {
    case ShapeRule::leaf:
      return true;
    case ShapeRule::same:
      result = args.at(0);
      for (const Shape& s : args) {
        if (s != result) return false;
      }
      return true;
    case ShapeRule::product:
      if (args[0].is_number() || args[1].is_number()) {
        result = args[0].is_number() ? args[1] : args[0];
        return true;
      }
      result = {args[0].rows, args[1].cols};
      return args[0].cols == args[1].rows;
    case ShapeRule::by_number:
    case ShapeRule::by_number_exponent:
      result = args[0];
      return args[1].is_number();
    case ShapeRule::stretch:
      return stretches(args[0], args[1], result);
    case ShapeRule::flip:
      result = args[0].transposed();
      return true;
    case ShapeRule::two_columns:
      result = number_shape;
      return args[0] == args[1] && args[0].is_column();
    case ShapeRule::to_number:
      result = number_shape;
      return true;
    case ShapeRule::square:
      result = args[0];
      return args[0].is_matrix() && args[0].rows == args[0].cols;
    case ShapeRule::elementwise:
      result = args[0];
      return true;
  }
  return false;
}

Expr make_number(double value) {
  Expression e;
  e.op = Op::number;
  e.number = std::abs(value);
  return std::signbit(value) && value != 0 ? make_negate(node(std::move(e))) : node(std::move(e));
}

Expr make_parameter(int index) {
  Expression e;
  e.op = Op::parameter;
  e.parameter = index;
  return node(std::move(e));
}

Expr make_quantity(Quantity quantity) {
  Expression e;
  e.op = Op::quantity;
  e.quantity = quantity;
  e.shape = shape_of(quantity);
  return node(std::move(e));
}

Expr make_variable(Op op, int index, const std::string& name, Shape shape) {
  Expression e;
  e.op = op;
  e.variable = index;
  e.name = name;
  e.shape = shape;
  return node(std::move(e));
}

Expr make_add(const std::vector<Expr>& args) {
  std::vector<Expr> flat;
  for (const Expr& arg : args) {
    if (arg->op == Op::add) {
      flat.insert(flat.end(), arg->args.begin(), arg->args.end());
    } else {
      flat.push_back(arg);
    }
  }
  if (flat.size() == 1) return flat[0];
  return make(Op::add, std::move(flat));
}

Expr make_negate(Expr arg) {
  if (arg->op == Op::negate) return arg->args[0];
  return make(Op::negate, {std::move(arg)});
}

Expr make_transpose(Expr arg) {
  if (arg->op == Op::transpose) return arg->args[0];
  return make(Op::transpose, {std::move(arg)});
}

Expr make(Op op, std::vector<Expr> args) {
  Expression e;
  e.op = op;
  std::vector<Shape> shapes;
  for (const Expr& arg : args) {
    shapes.push_back(arg->shape);
    e.depth = std::max(e.depth, arg->depth + 1);
  }
  const bool fits = result_shape(op, shapes, e.shape);
  assert(fits);
  (void)fits;
  e.args = std::move(args);
  return node(std::move(e));
}

bool equal(const Expr& a, const Expr& b) {
  if (a == b) return true;
  if (a->op != b->op || a->shape != b->shape || a->args.size() != b->args.size()) return false;
  if (a->number != b->number || a->parameter != b->parameter) return false;
  if (a->op == Op::quantity && a->quantity != b->quantity) return false;
  if (a->variable != b->variable) return false;
  for (std::size_t i = 0; i < a->args.size(); ++i) {
    if (!equal(a->args[i], b->args[i])) return false;
  }
  return true;
}

bool depends_on_parameter(const Expr& e, int parameter) {
  if (e->op == Op::parameter) return e->parameter == parameter;
  for (const Expr& arg : e->args) {
    if (depends_on_parameter(arg, parameter)) return true;
  }
  return false;
}

void find_variables(const Expr& e, Op kind, std::vector<bool>& found) {
  if (e->op == kind) found.at(static_cast<std::size_t>(e->variable)) = true;
  for (const Expr& arg : e->args) find_variables(arg, kind, found);
}

namespace {

// e with its operands replaced, by the makers that normalise.
Expr rebuild(const Expr& e, std::vector<Expr> args) {
  if (args.empty()) return e;
  if (e->op == Op::add) return make_add(args);
  if (e->op == Op::negate) return make_negate(args[0]);
  if (e->op == Op::transpose) return make_transpose(args[0]);
  return make(e->op, std::move(args));
}

template <class Leaf>
Expr map_leaves(const Expr& e, const Leaf& leaf) {
  if (e->args.empty()) return leaf(e);
  std::vector<Expr> args;
  args.reserve(e->args.size());
  for (const Expr& arg : e->args) args.push_back(map_leaves(arg, leaf));
  return rebuild(e, std::move(args));
}

}  // namespace

Expr substitute(const Expr& e, const std::vector<bool>& replace, const std::vector<double>& values) {
  return map_leaves(e, [&](const Expr& leaf) {
    const auto i = static_cast<std::size_t>(leaf->parameter);
    return leaf->op == Op::parameter && replace.at(i) ? make_number(values.at(i)) : leaf;
  });
}

Expr renumber(const Expr& e, const std::vector<int>& index) {
  return map_leaves(e, [&](const Expr& leaf) {
    return leaf->op == Op::parameter ? make_parameter(index.at(static_cast<std::size_t>(leaf->parameter))) : leaf;
  });
}

Expr renumber_variables(const Expr& e, Op kind, const std::vector<int>& index) {
  return map_leaves(e, [&](const Expr& leaf) {
    return leaf->op == kind
               ? make_variable(kind, index.at(static_cast<std::size_t>(leaf->variable)), leaf->name, leaf->shape)
               : leaf;
  });
}

namespace {

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

Expr simplified(const Expr& e) {
  if (e->args.empty()) return e;
  std::vector<Expr> args;
  for (const Expr& arg : e->args) args.push_back(simplified(arg));
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
      if (!is_elementwise_function(e->op) || !literal(args[0], x)) break;
      const double value = row(e->op).value(x);
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

Expr simplify(const Expr& e) {
  const Expr out = simplified(e);
  if (out->shape == e->shape) return out;
  if (e->shape == weight_shape) return make(Op::multiply, {make_number(0), make_quantity(Quantity::w)});
  return constant(0, e->shape);
}

std::vector<Expr> factors(const Expr& product) {
  std::vector<Expr> out;
  const auto add = [&out](const Expr& e) {
    // A number is one factor, however it is made.
    if (e->shape.is_number()) {
      out.push_back(e);
      return;
    }
    for (Expr& f : factors(e)) out.push_back(std::move(f));
  };
  if (product->op == Op::multiply) {
    add(product->args[0]);
    add(product->args[1]);
  } else if (product->op == Op::transpose && product->args[0]->op == Op::multiply) {
    add(make_transpose(product->args[0]->args[1]));
    add(make_transpose(product->args[0]->args[0]));
  } else {
    out.push_back(product);
  }
  return out;
}

std::vector<Expr> summands(const Expr& e) {
  if (e->op == Op::add) {
    std::vector<Expr> out;
    for (const Expr& arg : e->args) {
      for (Expr& s : summands(arg)) out.push_back(std::move(s));
    }
    return out;
  }
  if (e->op == Op::negate && e->args[0]->op == Op::add) {
    std::vector<Expr> out;
    for (const Expr& s : summands(e->args[0])) out.push_back(make_negate(s));
    return out;
  }
  return {e};
}

}  // namespace rule_search
