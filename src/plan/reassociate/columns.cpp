// Values that are columns: products of matrices with them are taken from the right.
#include <cassert>

#include "plan/reassociate/reassociation.hpp"

namespace rule_search::plan {

Term Reassociation::scaled_column(const Expr& e) {
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

int Reassociation::column(const Expr& e) {
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

}  // namespace rule_search::plan
