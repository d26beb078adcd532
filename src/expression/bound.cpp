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

Expr hard(const WeightBound& b, const Expr& dw) {
  const Expr w = make_quantity(Quantity::w);
  Expr grown = make_add({w, dw});
  if (std::isfinite(b.lower)) grown = make(Op::max, {grown, make_number(b.lower)});
  if (std::isfinite(b.upper)) grown = make(Op::min, {grown, make_number(b.upper)});
  return make_add({grown, make_negate(w)});
}

Expr soft(const WeightBound& b, const Expr& dw) {
  const Expr w = make_quantity(Quantity::w);
  const Expr below_upper = make_add({everywhere(b.upper), make_negate(w)});
  const Expr above_lower = b.lower == 0 ? w : make_add({w, make_negate(everywhere(b.lower))});
  const Expr up = make(Op::hadamard, {make(Op::relu, {dw}), below_upper});
  const Expr down = make(Op::hadamard, {make(Op::relu, {make_negate(dw)}), above_lower});
  const Expr change = make_add({up, make_negate(down)});
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
