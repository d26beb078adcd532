#include "expression/locality.hpp"

#include <algorithm>

namespace rule_search {

const char* name(Locality locality) {
  return locality == Locality::local ? "local" : locality == Locality::cell ? "cell" : "layer";
}

namespace {

void chain(const Expr& e, std::vector<Expr>& factors) {
  if (e->op == Op::multiply) {
    chain(e->args[0], factors);
    chain(e->args[1], factors);
  } else if (e->op == Op::transpose && e->args[0]->op == Op::multiply) {
    chain(make_transpose(e->args[0]->args[1]), factors);
    chain(make_transpose(e->args[0]->args[0]), factors);
  } else {
    factors.push_back(e);
  }
}

Locality of_product(const Expr& e) {
  std::vector<Expr> factors;
  chain(e, factors);
  Locality worst = Locality::local;
  // Factors joined over a side that is not one are summed over it: post' * w is one sum, post * pre' is none.
  for (std::size_t i = 0; i < factors.size();) {
    std::size_t end = i + 1;
    Locality inner = locality(factors[i]);
    while (end < factors.size() && factors[end - 1]->shape.cols != Side::one &&
           !factors[end]->shape.is_number()) {
      inner = std::max(inner, locality(factors[end]));
      ++end;
    }
    Locality here = inner;
    if (end - i > 1) {
      // One matrix of synapses, summed over the synapses of one cell; anything else reaches further.
      const bool column_first = factors[i]->shape.is_row() && factors[i + 1]->shape.is_matrix();
      const bool column_last = factors[i]->shape.is_matrix() && factors[i + 1]->shape.is_column();
      const bool one_cell = end - i == 2 && (column_first || column_last) && inner == Locality::local;
      here = one_cell ? Locality::cell : Locality::layer;
    }
    worst = std::max(worst, here);
    i = end;
  }
  return worst;
}

}  // namespace

Locality locality(const Expr& e) {
  switch (e->op) {
    case Op::number:
    case Op::parameter:
    case Op::quantity:
      return Locality::local;
    case Op::multiply:
      return of_product(e);
    case Op::dot:
    case Op::sum:
    case Op::mean:
    case Op::norm:
      // The sum of a number is that number.
      return e->args[0]->shape.is_number() ? locality(e->args[0]) : Locality::layer;
    case Op::transpose:
      if (e->args[0]->shape.is_matrix() && e->args[0]->op == Op::multiply) return of_product(e);
      return locality(e->args[0]);
    default: {
      Locality worst = Locality::local;
      for (const Expr& arg : e->args) worst = std::max(worst, locality(arg));
      return worst;
    }
  }
}

}  // namespace rule_search
