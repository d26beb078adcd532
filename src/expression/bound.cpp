#include "expression/bound.hpp"

#include <cmath>

#include "expression/simplify.hpp"

namespace rule_search {

namespace {

Expr everywhere(double number) {
  const Expr ones =
      make(Op::multiply, {make_quantity(Quantity::ones_post), make_transpose(make_quantity(Quantity::ones_pre))});
  return make(Op::multiply, {make_number(number), ones});
}

// Where a weight is at a bound, and would stay there, the derivative is that of what moves: the second operand. So a fit that
// begins with weights at a bound and coefficients of 0 gets away from there.
Expr hard(const WeightBound& b, const Expr& dw) {
  const Expr w = make_quantity(Quantity::w);
  Expr grown = make_add({w, dw});
  if (std::isfinite(b.lower)) grown = make(Op::max, {make_number(b.lower), grown});
  if (std::isfinite(b.upper)) grown = make(Op::min, {make_number(b.upper), grown});
  return make_add({grown, make_negate(w)});
}

Expr soft(const WeightBound& b, const Expr& dw) {
  const Expr w = make_quantity(Quantity::w);
  const Expr below_upper = make_add({everywhere(b.upper), make_negate(w)});
  const Expr above_lower = b.lower == 0 ? w : make_add({w, make_negate(everywhere(b.lower))});
  const Expr zero = make_number(0);
  const Expr factor = make_add({make(Op::hadamard, {make(Op::greater, {dw, zero}), below_upper}),
                                make(Op::hadamard, {make(Op::at_least, {zero, dw}), above_lower})});
  // Not by relu, which has no derivative on either side of 0.
  const Expr change = make(Op::hadamard, {dw, factor});
  const double range = b.upper - b.lower;
  return range == 1 ? change : make(Op::multiply, {make_number(1 / range), change});
}

}  // namespace

Expr bounded_change(const Rule& rule) {
  if (!rule.bound) return rule.dw;
  return rule.bound->soft ? soft(*rule.bound, rule.dw) : hard(*rule.bound, rule.dw);
}

Rule with_bound_written_out(Rule rule) {
  rule.dw = bounded_change(rule);
  rule.bound.reset();
  return rule;
}

}  // namespace rule_search
