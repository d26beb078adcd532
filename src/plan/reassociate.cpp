// Expression to instructions, associated so that no matrix is formed where columns do: post*post'*w becomes
// post*(post'*w), and a product that ends in a number is a dot product. A matrix is kept as a sum of outer
// products, scalings of w, and (only where nothing else will do) matrices computed by element.
#include <cassert>

#include "plan/plan.hpp"

namespace rule_search::plan {

namespace {

struct Form {
  Shape shape;  // post x pre: scalings are of w; pre x post: of w'
  std::vector<Outer> outers;
  std::vector<Scaling> scalings;
  std::vector<Term> dense;
};

// e' with the transposition carried down to the leaves.
Expr transposed(const Expr& e) {
  if (e->shape.is_number()) return e;
  switch (e->op) {
    case Op::transpose:
      return e->args[0];
    case Op::quantity:
    case Op::state:
    case Op::signal:
    case Op::lower:  // transposed it keeps the other triangle
      return make_transpose(e);
    case Op::add: {
      std::vector<Expr> args;
      for (const Expr& a : e->args) args.push_back(transposed(a));
      return make_add(args);
    }
    case Op::negate:
      return make_negate(transposed(e->args[0]));
    case Op::multiply:
      return make(Op::multiply, {transposed(e->args[1]), transposed(e->args[0])});
    default: {
      std::vector<Expr> args;
      for (const Expr& a : e->args) args.push_back(transposed(a));
      return make(e->op, args);
    }
  }
}

class Builder {
 public:
  Plan run(const Rule& rule) {
    plan_.parameters = rule.parameters;
    Form form = matrix(rule.dw);
    plan_.outers = std::move(form.outers);
    plan_.scalings = std::move(form.scalings);
    plan_.dense = std::move(form.dense);
    plan_.signals = rule.signals;
    for (const State& s : rule.states) plan_.states.push_back({s.name, s.shape, s.initial, any(s.next)});
    return std::move(plan_);
  }

 private:
  int emit(Instruction i) {
    plan_.code.push_back(std::move(i));
    return static_cast<int>(plan_.code.size()) - 1;
  }
  Shape shape(int value) const { return plan_.code[static_cast<std::size_t>(value)].shape; }

  int emit(Code code, Shape shape, std::vector<int> args) {
    Instruction i;
    i.code = code;
    i.shape = shape;
    i.args = std::move(args);
    return emit(std::move(i));
  }
  int number(double value) {
    Instruction i;
    i.number = value;
    return emit(std::move(i));
  }
  int quantity(Quantity q) {
    Instruction i;
    i.code = Code::quantity;
    i.quantity = q;
    i.shape = shape_of(q);
    return emit(std::move(i));
  }
  int variable(const Expr& e) {
    Instruction i;
    i.code = e->op == Op::state ? Code::state : Code::signal;
    i.variable = e->variable;
    i.shape = e->shape;
    return emit(std::move(i));
  }
  int combine(std::vector<Term> terms) {
    assert(!terms.empty());
    if (terms.size() == 1 && terms[0].factor.number == 1 && terms[0].factor.coefficient == none) return terms[0].value;
    Instruction i;
    i.code = Code::combine;
    i.shape = shape(terms[0].value);
    i.terms = std::move(terms);
    return emit(std::move(i));
  }
  int hadamard(int a, int b, Shape shape, bool a_row = false, bool b_row = false, Code code = Code::hadamard) {
    Instruction i;
    i.code = code;
    i.shape = shape;
    i.args = {a, b};
    i.as_row = {a_row, b_row};
    return emit(std::move(i));
  }

  Factor times(const Factor& a, const Factor& b) {
    Factor out{a.number * b.number, a.coefficient};
    if (a.coefficient == none) {
      out.coefficient = b.coefficient;
    } else if (b.coefficient != none) {
      out.coefficient = hadamard(a.coefficient, b.coefficient, number_shape);
    }
    return out;
  }

  int value_of(const Factor& f) {
    if (f.coefficient == none) return number(f.number);
    return f.number == 1 ? f.coefficient : combine({{{f.number, none}, f.coefficient}});
  }

  // --- numbers ---

  Factor factor(const Expr& e) {
    switch (e->op) {
      case Op::number:
        return {e->number, none};
      case Op::negate: {
        Factor f = factor(e->args[0]);
        f.number = -f.number;
        return f;
      }
      case Op::transpose:
        return factor(e->args[0]);
      case Op::multiply:
        if (e->args[0]->shape.is_number()) {
          const Factor a = factor(e->args[0]);
          return times(a, factor(e->args[1]));
        }
        return {1, emit(Code::dot, number_shape, {column(transposed(e->args[0])), column(e->args[1])})};
      case Op::hadamard: {
        const Factor a = factor(e->args[0]);
        return times(a, factor(e->args[1]));
      }
      default:
        return {1, numeric(e)};
    }
  }

  // The value of a number, or of any column or matrix taken by element.
  int any(const Expr& e) {
    if (e->shape.is_number()) return value_of(factor(e));
    if (e->shape.is_column()) return column(e);
    assert(e->shape.is_matrix());
    return materialise(matrix(e));
  }

  int numeric(const Expr& e) {
    switch (e->op) {
      case Op::parameter: {
        Instruction i;
        i.code = Code::parameter;
        i.parameter = e->parameter;
        return emit(std::move(i));
      }
      case Op::state:
      case Op::signal:
        return variable(e);
      case Op::add: {
        std::vector<Term> terms;
        for (const Expr& a : e->args) {
          const Factor f = factor(a);
          terms.push_back(f.coefficient == none ? Term{{1, none}, number(f.number)}
                                                : Term{{f.number, none}, f.coefficient});
        }
        return combine(terms);
      }
      case Op::divide:
      case Op::hadamard_divide: {
        const int a = any(e->args[0]);
        return hadamard(a, any(e->args[1]), number_shape, false, false, Code::hadamard_divide);
      }
      case Op::dot: {
        const int a = column(e->args[0]);
        return emit(Code::dot, number_shape, {a, column(e->args[1])});
      }
      case Op::sum:
      case Op::mean:
      case Op::norm: {
        const Expr& arg = e->args[0];
        if (arg->shape.is_number() && e->op != Op::norm) return value_of(factor(arg));
        const Code code = e->op == Op::sum ? Code::sum : e->op == Op::mean ? Code::mean : Code::norm;
        return emit(code, number_shape, {any(arg->shape.is_row() ? transposed(arg) : arg)});
      }
      default:
        return elementwise(e);
    }
  }

  // Powers and functions, of any shape.
  int elementwise(const Expr& e) {
    if (e->op == Op::power) {
      const int base = any(e->args[0]);
      return emit(Code::power, e->shape, {base, any(e->args[1])});
    }
    assert(is_elementwise_function(e->op));
    const int arg = any(e->args[0]);
    Instruction i;
    i.code = Code::function;
    i.function = e->op;
    i.shape = e->shape;
    i.args = {arg};
    return emit(std::move(i));
  }

  // --- columns ---

  Term scaled_column(const Expr& e) {
    if (e->op == Op::negate) {
      Term t = scaled_column(e->args[0]);
      t.factor.number = -t.factor.number;
      return t;
    }
    if (e->op == Op::multiply || e->op == Op::hadamard) {
      for (std::size_t k : {0U, 1U}) {
        if (!e->args[k]->shape.is_number()) continue;
        const Factor f = factor(e->args[k]);
        Term t = scaled_column(e->args[1 - k]);
        t.factor = times(f, t.factor);
        return t;
      }
    }
    return {{}, column(e)};
  }

  int column(const Expr& e) {
    assert(e->shape.is_column());
    switch (e->op) {
      case Op::quantity:
        return quantity(e->quantity);
      case Op::state:
      case Op::signal:
        return variable(e);
      case Op::transpose:
        return column(transposed(e->args[0]));
      case Op::negate:
        return combine({scaled_column(e)});
      case Op::add: {
        std::vector<Term> terms;
        for (const Expr& a : e->args) terms.push_back(scaled_column(a));
        return combine(terms);
      }
      case Op::multiply:
        if (e->args[0]->shape.is_number() || e->args[1]->shape.is_number()) return combine({scaled_column(e)});
        return apply(e->args[0], column(e->args[1]));
      case Op::divide: {
        const int a = column(e->args[0]);
        return hadamard(a, value_of(factor(e->args[1])), e->shape, false, false, Code::hadamard_divide);
      }
      case Op::hadamard:
        if (e->args[0]->shape.is_number() || e->args[1]->shape.is_number()) return combine({scaled_column(e)});
        [[fallthrough]];
      case Op::hadamard_divide: {
        const int a = any(e->args[0]);
        return hadamard(a, any(e->args[1]), e->shape, false, false,
                        e->op == Op::hadamard ? Code::hadamard : Code::hadamard_divide);
      }
      default:
        return elementwise(e);
    }
  }

  // matrix * column, from the right: (A*B)*x is A*(B*x).
  int apply(const Expr& m, int x) {
    if (m->op == Op::multiply && m->args[0]->shape.is_matrix() && m->args[1]->shape.is_matrix()) {
      return apply(m->args[0], apply(m->args[1], x));
    }
    return apply(matrix(m), x);
  }

  int apply(const Form& form, int x) {
    const Shape result{form.shape.rows, Side::one};
    const bool flipped = form.shape == weight_shape.transposed();
    std::vector<Term> terms;
    for (const Outer& o : form.outers) {
      const int d = emit(Code::dot, number_shape, {o.right, x});
      terms.push_back({times(o.factor, {1, d}), o.left});
    }
    for (const Scaling& s : form.scalings) {
      const int in = s.cols == none ? x : hadamard(s.cols, x, shape(x));
      int out = emit(flipped ? Code::weight_transposed_times : Code::weight_times, result, {in});
      if (s.rows != none) out = hadamard(s.rows, out, result);
      terms.push_back({s.factor, out});
    }
    for (const Term& d : form.dense) terms.push_back({d.factor, emit(Code::matrix_times, result, {d.value, x})});
    if (terms.empty())
      terms.push_back({{0, none}, quantity(result == post_shape ? Quantity::ones_post : Quantity::ones_pre)});
    return combine(terms);
  }

  // --- matrices ---

  Form flip(const Form& f) {
    Form out;
    out.shape = f.shape.transposed();
    for (const Outer& o : f.outers) out.outers.push_back({o.factor, o.right, o.left});
    for (const Scaling& s : f.scalings) out.scalings.push_back({s.factor, s.cols, s.rows});
    for (const Term& d : f.dense) out.dense.push_back({d.factor, emit(Code::matrix_transpose, out.shape, {d.value})});
    return out;
  }

  Form scaled(Form f, const Factor& by) {
    for (Outer& o : f.outers) o.factor = times(by, o.factor);
    for (Scaling& s : f.scalings) s.factor = times(by, s.factor);
    for (Term& d : f.dense) d.factor = times(by, d.factor);
    return f;
  }

  static void append(Form& a, const Form& b) {
    a.outers.insert(a.outers.end(), b.outers.begin(), b.outers.end());
    a.scalings.insert(a.scalings.end(), b.scalings.begin(), b.scalings.end());
    a.dense.insert(a.dense.end(), b.dense.begin(), b.dense.end());
  }

  Form element(const Expr& e) {
    Form f;
    f.shape = e->shape;
    f.dense.push_back({{}, elementwise(e)});
    return f;
  }

  Form matrix(const Expr& e) {
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

  Form outer(const Expr& left, const Expr& right, Shape shape) {
    Form out;
    out.shape = shape;
    const Term l = scaled_column(left);
    const Term r = scaled_column(right);
    out.outers.push_back({times(l.factor, r.factor), l.value, r.value});
    return out;
  }

  Form product(const Form& x, const Form& y) {
    Form out;
    out.shape = {x.shape.rows, y.shape.cols};
    if (!x.outers.empty()) {
      const Form yt = flip(y);
      for (const Outer& o : x.outers) out.outers.push_back({o.factor, o.left, apply(yt, o.right)});
    }
    Form xr = x;
    xr.outers.clear();
    Form yr = y;
    yr.outers.clear();
    const bool x_rest = !xr.scalings.empty() || !xr.dense.empty();
    const bool y_rest = !yr.scalings.empty() || !yr.dense.empty();
    if (x_rest) {
      for (const Outer& o : y.outers) out.outers.push_back({o.factor, apply(xr, o.left), o.right});
    }
    if (x_rest && y_rest) {
      const int a = materialise(xr);
      out.dense.push_back({{}, emit(Code::matrix_product, out.shape, {a, materialise(yr)})});
    }
    return out;
  }

  // A column beside a matrix of the same rows, or a row beside one of the same columns, scales it.
  Form stretched(const Expr& vector, Form f) {
    const bool rows = vector->shape.is_column();
    const int v = column(rows ? vector : transposed(vector));
    const auto join = [&](int old) { return old == none ? v : hadamard(v, old, shape(v)); };
    for (Outer& o : f.outers) (rows ? o.left : o.right) = join(rows ? o.left : o.right);
    for (Scaling& s : f.scalings) (rows ? s.rows : s.cols) = join(rows ? s.rows : s.cols);
    for (Term& d : f.dense) d.value = hadamard(v, d.value, f.shape, !rows, false);
    return f;
  }

  Form hadamard_form(const Expr& a, const Expr& b, Shape shape) {
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

  Form quotient(const Expr& e) {
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

  int materialise(const Form& form) {
    std::vector<Term> terms = form.dense;
    const bool flipped = form.shape == weight_shape.transposed();
    for (const Outer& o : form.outers) terms.push_back({o.factor, emit(Code::outer, form.shape, {o.left, o.right})});
    for (const Scaling& s : form.scalings) {
      int m = quantity(Quantity::w);
      if (flipped) m = emit(Code::matrix_transpose, form.shape, {m});
      if (s.rows != none) m = hadamard(s.rows, m, form.shape);
      if (s.cols != none) m = hadamard(s.cols, m, form.shape, true, false);
      terms.push_back({s.factor, m});
    }
    if (terms.empty())
      terms.push_back({{0, none},
                       emit(Code::outer, form.shape,
                            {quantity(form.shape.rows == Side::post ? Quantity::ones_post : Quantity::ones_pre),
                             quantity(form.shape.cols == Side::post ? Quantity::ones_post : Quantity::ones_pre)})});
    return combine(terms);
  }

  Plan plan_;
};

}  // namespace

Plan reassociate(const Rule& rule) { return Builder().run(rule); }

}  // namespace rule_search::plan
