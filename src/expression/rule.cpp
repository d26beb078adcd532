// A rule with some of its parameters gone.
#include "expression/rule.hpp"

namespace rule_search {

int Rule::parameter_index(const std::string& n) const {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == n) return static_cast<int>(i);
  }
  return -1;
}

namespace {

// Of a summand, whether one of the dropped parameters is a factor.
bool vanishes(const Expr& e, const std::vector<bool>& dropped) {
  switch (e->op) {
    case Op::parameter:
      return dropped.at(static_cast<std::size_t>(e->parameter));
    case Op::negate:
    case Op::transpose:
      return vanishes(e->args[0], dropped);
    case Op::multiply:
    case Op::hadamard:
      return vanishes(e->args[0], dropped) || vanishes(e->args[1], dropped);
    default:
      return false;
  }
}

}  // namespace

Rule without(const Rule& rule, const std::vector<bool>& dropped) {
  Rule out;
  out.name = rule.name;
  out.citation = rule.citation;
  out.heading = rule.heading;
  // Of a thousand candidates most are dropped: nothing but their sign is looked at.
  std::vector<Expr> kept;
  for (const Expr& s : summands(rule.dw)) {
    if (!vanishes(s, dropped)) kept.push_back(s);
  }
  Expr dw = kept.empty() ? make_number(0)
                         : simplify(substitute(make_add(kept), dropped,
                                               std::vector<double>(rule.parameters.size(), 0.0)));
  if (dw->shape.is_number()) {
    dw = make(Op::multiply, {make_number(0), make_quantity(Quantity::w)});
  }
  std::vector<int> index(rule.parameters.size(), -1);
  for (std::size_t i = 0; i < rule.parameters.size(); ++i) {
    // A parameter can vanish with the term of another one.
    if (dropped[i] || !depends_on_parameter(dw, static_cast<int>(i))) continue;
    index[i] = static_cast<int>(out.parameters.size());
    out.parameters.push_back(rule.parameters[i]);
  }
  out.dw = renumber(dw, index);
  return out;
}

}  // namespace rule_search
