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

bool is_fixed(const Expr& e) {
  if (e->op == Op::quantity || e->op == Op::state || e->op == Op::signal) return false;
  return std::all_of(e->args.begin(), e->args.end(), is_fixed);
}

bool depends_on_quantity(const Expr& e, Quantity quantity) {
  if (e->op == Op::quantity && e->quantity == quantity) return true;
  return std::any_of(e->args.begin(), e->args.end(),
                     [&](const Expr& arg) { return depends_on_quantity(arg, quantity); });
}

void find_variables(const Expr& e, Op kind, std::vector<bool>& found) {
  if (e->op == kind) found.at(static_cast<std::size_t>(e->variable)) = true;
  for (const Expr& arg : e->args) find_variables(arg, kind, found);
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
