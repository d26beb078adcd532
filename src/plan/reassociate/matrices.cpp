// Values that are matrices, kept as forms.
#include <cassert>

#include "plan/reassociate/reassociation.hpp"

namespace rule_search::plan {

Form Reassociation::matrix(const Expr& e) {
  assert(e->shape.is_matrix());
  Form out;
  out.shape = e->shape;
  switch (e->op) {
    case Op::quantity:
      out.scalings.push_back({});
      return out;
    case Op::state:
      out.dense.push_back({{}, variable(e)});
      return out;
    case Op::transpose:
      return flip(matrix(e->args[0]));
    case Op::negate:
      return scaled(matrix(e->args[0]), {-1, none});
    case Op::add:
      for (const Expr& a : e->args) append(out, matrix(a));
      return out;
    case Op::multiply:
      for (std::size_t k : {0U, 1U}) {
        if (e->args[k]->shape.is_number()) {
          const Factor f = factor(e->args[k]);
          return scaled(matrix(e->args[1 - k]), f);
        }
      }
      if (e->args[0]->shape.is_column()) return outer(e->args[0], transposed(e->args[1]), e->shape);
      return product(matrix(e->args[0]), matrix(e->args[1]));
    case Op::divide: {
      const int one = number(1);
      const int inverse =
          hadamard(one, value_of(factor(e->args[1])), number_shape, false, false, Code::hadamard_divide);
      return scaled(matrix(e->args[0]), {1, inverse});
    }
    case Op::hadamard:
      return hadamard_form(e->args[0], e->args[1], e->shape);
    case Op::hadamard_divide:
      return quotient(e);
    case Op::lower:
      out.dense.push_back({{}, emit(Code::matrix_lower, e->shape, {materialise(matrix(e->args[0]))})});
      return out;
    default:
      return element(e);
  }
}

Form Reassociation::element(const Expr& e) {
  Form f;
  f.shape = e->shape;
  f.dense.push_back({{}, elementwise(e)});
  return f;
}

Form Reassociation::outer(const Expr& left, const Expr& right, Shape shape) {
  Form out;
  out.shape = shape;
  const Term l = scaled_column(left);
  const Term r = scaled_column(right);
  out.outers.push_back({times(l.factor, r.factor), l.value, r.value});
  return out;
}

// A column beside a matrix of the same rows, or a row beside one of the same columns, scales it.
Form Reassociation::stretched(const Expr& vector, Form f) {
  const bool rows = vector->shape.is_column();
  const int v = column(rows ? vector : transposed(vector));
  const auto join = [&](int old) { return old == none ? v : hadamard(v, old, shape(v)); };
  for (Outer& o : f.outers) (rows ? o.left : o.right) = join(rows ? o.left : o.right);
  for (Scaling& s : f.scalings) (rows ? s.rows : s.cols) = join(rows ? s.rows : s.cols);
  for (Term& d : f.dense) d.value = hadamard(v, d.value, f.shape, !rows, false);
  return f;
}

Form Reassociation::hadamard_form(const Expr& a, const Expr& b, Shape shape) {
  if (a->shape.is_number() || b->shape.is_number()) {
    const bool first = a->shape.is_number();
    const Factor f = factor(first ? a : b);
    return scaled(matrix(first ? b : a), f);
  }
  if (!a->shape.is_matrix() && !b->shape.is_matrix()) {
    return a->shape.is_column() ? outer(a, transposed(b), shape) : outer(b, transposed(a), shape);
  }
  if (!a->shape.is_matrix()) return stretched(a, matrix(b));
  if (!b->shape.is_matrix()) return stretched(b, matrix(a));
  const Form x = matrix(a);
  const Form y = matrix(b);
  Form out;
  out.shape = shape;
  const auto by_outers = [&](const Form& outers, const Form& rest, bool with_outers) {
    for (const Outer& o : outers.outers) {
      if (with_outers) {
        for (const Outer& p : rest.outers) {
          const Factor f = times(o.factor, p.factor);
          const int left = hadamard(o.left, p.left, this->shape(o.left));
          out.outers.push_back({f, left, hadamard(o.right, p.right, this->shape(o.right))});
        }
      }
      for (const Scaling& s : rest.scalings) {
        const Factor f = times(o.factor, s.factor);
        const int rows = s.rows == none ? o.left : hadamard(o.left, s.rows, this->shape(o.left));
        out.scalings.push_back({f, rows, s.cols == none ? o.right : hadamard(o.right, s.cols, this->shape(o.right))});
      }
      for (const Term& d : rest.dense) {
        const int part = hadamard(o.left, d.value, shape);
        out.dense.push_back({times(o.factor, d.factor), hadamard(o.right, part, shape, true, false)});
      }
    }
  };
  by_outers(x, y, true);
  by_outers(y, x, false);
  Form xr = x;
  xr.outers.clear();
  Form yr = y;
  yr.outers.clear();
  if ((!xr.scalings.empty() || !xr.dense.empty()) && (!yr.scalings.empty() || !yr.dense.empty())) {
    const int left = materialise(xr);
    out.dense.push_back({{}, hadamard(left, materialise(yr), shape)});
  }
  return out;
}

Form Reassociation::quotient(const Expr& e) {
  const Expr& a = e->args[0];
  const Expr& b = e->args[1];
  if (b->shape.is_matrix()) {
    const bool row = a->shape.is_row();
    const int top = any(row ? transposed(a) : a);
    Form out;
    out.shape = e->shape;
    out.dense.push_back({{}, hadamard(top, any(b), e->shape, row, false, Code::hadamard_divide)});
    return out;
  }
  // Division by a number, column or row is multiplication by its inverse.
  const Expr inverse = make(Op::hadamard_divide, {make_number(1), b});
  return hadamard_form(a, inverse, e->shape);
}

}  // namespace rule_search::plan
