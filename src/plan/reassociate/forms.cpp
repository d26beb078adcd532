// Algebra of forms: products with columns and with one another, without the matrices themselves.
#include "plan/reassociate/reassociation.hpp"

namespace rule_search::plan {

// matrix * column, from the right: (A*B)*x is A*(B*x).
int Reassociation::apply(const Expr& m, int x) {
  if (m->op == Op::multiply && m->args[0]->shape.is_matrix() && m->args[1]->shape.is_matrix()) {
    return apply(m->args[0], apply(m->args[1], x));
  }
  return apply(matrix(m), x);
}

int Reassociation::apply(const Form& form, int x) {
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

Form Reassociation::flip(const Form& f) {
  Form out;
  out.shape = f.shape.transposed();
  for (const Outer& o : f.outers) out.outers.push_back({o.factor, o.right, o.left});
  for (const Scaling& s : f.scalings) out.scalings.push_back({s.factor, s.cols, s.rows});
  for (const Term& d : f.dense) out.dense.push_back({d.factor, emit(Code::matrix_transpose, out.shape, {d.value})});
  return out;
}

Form Reassociation::scaled(Form f, const Factor& by) {
  for (Outer& o : f.outers) o.factor = times(by, o.factor);
  for (Scaling& s : f.scalings) s.factor = times(by, s.factor);
  for (Term& d : f.dense) d.factor = times(by, d.factor);
  return f;
}

void Reassociation::append(Form& a, const Form& b) {
  a.outers.insert(a.outers.end(), b.outers.begin(), b.outers.end());
  a.scalings.insert(a.scalings.end(), b.scalings.begin(), b.scalings.end());
  a.dense.insert(a.dense.end(), b.dense.begin(), b.dense.end());
}

Form Reassociation::product(const Form& x, const Form& y) {
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

int Reassociation::materialise(const Form& form) {
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

}  // namespace rule_search::plan
