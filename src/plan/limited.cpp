// What scales and bounds the change of every weight in a step: dw becomes one matrix, and that is cut off.
#include <utility>

#include "plan/builder.hpp"
#include "plan/plan.hpp"

namespace rule_search::plan {

Plan limited(Plan plan, double rate, double bound) {
  if (rate == 1 && bound == 0) return plan;
  Builder build(plan.code);
  std::vector<Term> all = std::move(plan.dense);
  for (const Outer& o : plan.outers)
    all.push_back({o.factor, build.emit(Code::outer, weight_shape, {o.left, o.right})});
  const auto scaled = [&](int by, bool as_row) {
    return build.hadamard(by, build.quantity(Quantity::w), weight_shape, as_row, false);
  };
  if (plan.scale != none) all.push_back({{1, plan.scale}, build.quantity(Quantity::w)});
  if (plan.scale_rows != none) all.push_back({{}, scaled(plan.scale_rows, false)});
  if (plan.scale_cols != none) all.push_back({{}, scaled(plan.scale_cols, true)});
  plan.outers.clear();
  plan.dense.clear();
  plan.scale = plan.scale_rows = plan.scale_cols = none;
  if (all.empty()) return plan;
  for (Term& t : all) t.factor.number *= rate;
  if (bound == 0) {
    plan.dense = std::move(all);
    return plan;
  }
  Instruction clip;
  clip.code = Code::clip;
  clip.shape = weight_shape;
  clip.number = bound;
  clip.args = {build.combine(std::move(all))};
  plan.dense.push_back({{}, build.emit(std::move(clip))});
  return plan;
}

}  // namespace rule_search::plan
