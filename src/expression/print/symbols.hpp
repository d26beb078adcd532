// What the names in an expression stand for when it is written.
#pragma once

#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// The parameters and states that an expression counts, and the length of a step where the rule states one: exp(-dt/tau) is
/// written as decay(tau) then. All must outlive the writing.
struct Symbols {
  Symbols() = default;
  Symbols(const std::vector<Parameter>& all) : parameters(&all) {}
  Symbols(const Rule& rule)
      : parameters(&rule.parameters), states(&rule.states), step(rule.step.stated ? rule.step.seconds : 0) {}

  const std::string& name(int parameter) const { return parameters->at(static_cast<std::size_t>(parameter)).name; }

  /// Of an expression that is a delay what is delayed, else null.
  const State* delayed(const Expression& e) const {
    if (e.op != Op::state || states == nullptr) return nullptr;
    const State& state = states->at(static_cast<std::size_t>(e.variable));
    return state.delay > 0 ? &state : nullptr;
  }

  const std::vector<Parameter>* parameters = nullptr;
  const std::vector<State>* states = nullptr;
  double step = 0;  ///< in seconds, or 0
};

}  // namespace rule_search
