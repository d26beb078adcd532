// Where a plan names instructions by their index.
#pragma once

#include <vector>

#include "plan/plan.hpp"

namespace rule_search::plan {

/// Calls f(v) with every index v that the instruction reads; some may be `none`. They can be set where it is not const.
template <class I, class F>
void for_each_operand(I& i, F&& f) {
  for (auto& a : i.args) f(a);
  for (auto& t : i.terms) {
    f(t.factor.coefficient);
    f(t.value);
  }
}

/// The same for what the plan is asked for: the change of the weights and the next values of states.
template <class P, class F>
void for_each_result(P& plan, F&& f) {
  for (auto& o : plan.outers) {
    f(o.factor.coefficient);
    f(o.left);
    f(o.right);
  }
  for (auto& s : plan.scalings) {
    f(s.factor.coefficient);
    f(s.rows);
    f(s.cols);
  }
  for (auto& d : plan.dense) {
    f(d.factor.coefficient);
    f(d.value);
  }
  f(plan.scale);
  f(plan.scale_rows);
  f(plan.scale_cols);
  for (auto& s : plan.states) {
    f(s.next);
    for (auto& o : s.outers) {
      f(o.factor.coefficient);
      f(o.left);
      f(o.right);
    }
  }
}

/// Instruction v becomes now[v], in what an instruction reads or a plan is asked for. `none` stays none.
void renumber(Instruction& i, const std::vector<int>& now);
void renumber_results(Plan& plan, const std::vector<int>& now);

}  // namespace rule_search::plan
