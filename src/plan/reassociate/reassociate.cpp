#include <utility>

#include "plan/reassociate/reassociation.hpp"

namespace rule_search::plan {

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

void Reassociation::run(const Rule& rule) {
  plan_.parameters = rule.parameters;
  Form form = matrix(rule.dw);
  plan_.outers = std::move(form.outers);
  plan_.scalings = std::move(form.scalings);
  plan_.dense = std::move(form.dense);
  plan_.signals = rule.signals;
  for (const State& s : rule.states)
    plan_.states.push_back(
        {s.name, s.shape, s.initial, any(s.next), s.each_trial, {}, std::max(1, s.delay), s.elements, s.columns});
}

int Reassociation::variable(const Expr& e) {
  return Builder::variable(e->op == Op::state ? Code::state : Code::signal, e->variable, e->shape);
}

Plan reassociate(const Rule& rule) {
  Plan plan;
  Reassociation(plan).run(rule);
  return plan;
}

}  // namespace rule_search::plan
