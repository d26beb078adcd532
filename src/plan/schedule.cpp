// Instructions nobody asks for are dropped; the rest keep their order, in which operands come first.
#include "plan/plan.hpp"

namespace rule_search::plan {

Plan schedule(const Plan& plan) {
  std::vector<bool> needed(plan.code.size(), false);
  const auto need = [&](int v) {
    if (v != none) needed[static_cast<std::size_t>(v)] = true;
  };
  for (const Outer& o : plan.outers) {
    need(o.factor.coefficient);
    need(o.left);
    need(o.right);
  }
  for (const Term& d : plan.dense) {
    need(d.factor.coefficient);
    need(d.value);
  }
  need(plan.scale);
  need(plan.scale_rows);
  need(plan.scale_cols);
  for (const Memory& s : plan.states) need(s.next);
  for (std::size_t k = plan.code.size(); k-- > 0;) {
    if (!needed[k]) continue;
    for (int a : plan.code[k].args) need(a);
    for (const Term& t : plan.code[k].terms) {
      need(t.factor.coefficient);
      need(t.value);
    }
  }
  Plan out = plan;
  out.code.clear();
  std::vector<int> now(plan.code.size(), none);
  const auto moved = [&](int v) { return v == none ? none : now[static_cast<std::size_t>(v)]; };
  for (std::size_t k = 0; k < plan.code.size(); ++k) {
    if (!needed[k]) continue;
    Instruction i = plan.code[k];
    for (int& a : i.args) a = moved(a);
    for (Term& t : i.terms) {
      t.factor.coefficient = moved(t.factor.coefficient);
      t.value = moved(t.value);
    }
    now[k] = static_cast<int>(out.code.size());
    out.code.push_back(std::move(i));
  }
  for (Outer& o : out.outers) o = {{o.factor.number, moved(o.factor.coefficient)}, moved(o.left), moved(o.right)};
  for (Term& d : out.dense) d = {{d.factor.number, moved(d.factor.coefficient)}, moved(d.value)};
  out.scale = moved(out.scale);
  out.scale_rows = moved(out.scale_rows);
  out.scale_cols = moved(out.scale_cols);
  for (Memory& s : out.states) s.next = moved(s.next);
  return out;
}

}  // namespace rule_search::plan
