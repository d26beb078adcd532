#include <algorithm>

#include "expression/bound.hpp"
#include "expression/simplify.hpp"
#include "plan/plan.hpp"
#include "plan/silence.hpp"

namespace rule_search::plan {

Plan lower(const Rule& rule, std::vector<PassRecord>* record) {
  const auto done = [&](const char* name, Plan plan) {
    if (record != nullptr) record->push_back({name, describe(plan)});
    return plan;
  };
  Rule simplified = with_bound_written_out(rule);
  simplified.dw = rule_search::simplify(simplified.dw);
  for (State& s : simplified.states) s.next = rule_search::simplify(s.next);
  Plan plan = done("reassociate", reassociate(simplified));
  plan = done("share", share(plan));
  plan = done("collect", collect(plan));
  plan = done("schedule", schedule(share(plan)));
  plan.step = rule.step;
  if (!rule.bound) return plan;
  // Weights are within the bounds after the first step, so that a bound does nothing where the rule does nothing.
  Rule unbounded = rule;
  unbounded.bound.reset();
  plan.rests_between_spikes = silence(lower(unbounded)) == Silence::exponential;
  return plan;
}

bool Plan::uses(Quantity quantity) const {
  for (const Instruction& i : code) {
    if (i.code == Code::quantity && i.quantity == quantity) return true;
  }
  return false;
}

bool remembers_trials(const Plan& plan) {
  return std::any_of(plan.states.begin(), plan.states.end(), [](const Memory& s) { return s.each_trial; });
}

bool Plan::replays() const {
  return std::any_of(code.begin(), code.end(), [](const Instruction& i) { return i.code == Code::replay; });
}

int Plan::weight_products() const {
  int count = 0;
  for (const Instruction& i : code) count += i.code == Code::weight_times || i.code == Code::weight_transposed_times;
  return count;
}

bool Plan::has_dense_matrices() const {
  for (const Instruction& i : code) {
    if (i.shape.is_matrix() && i.code != Code::quantity) return true;
  }
  return !dense.empty();
}

}  // namespace rule_search::plan
