// Instructions nobody asks for are dropped; the rest keep their order, in which operands come first.
#include <utility>

#include "plan/renumber.hpp"

namespace rule_search::plan {

Plan schedule(const Plan& plan) {
  Plan out = plan;
  std::vector<bool> needed(out.code.size(), false);
  const auto need = [&](int v) {
    if (v != none) needed[static_cast<std::size_t>(v)] = true;
  };
  for_each_result(out, need);
  for (std::size_t k = out.code.size(); k-- > 0;) {
    if (needed[k]) for_each_operand(out.code[k], need);
  }
  std::vector<Instruction> kept;
  std::vector<int> now(out.code.size(), none);
  for (std::size_t k = 0; k < out.code.size(); ++k) {
    if (!needed[k]) continue;
    renumber(out.code[k], now);
    now[k] = static_cast<int>(kept.size());
    kept.push_back(std::move(out.code[k]));
  }
  out.code = std::move(kept);
  renumber_results(out, now);
  return out;
}

}  // namespace rule_search::plan
