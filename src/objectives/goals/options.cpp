#include "objectives/goals/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace rule_search {

GoalOptions GoalOptions::completed() const {
  GoalOptions out = *this;
  if (neurons == 0) out.neurons = inputs > 0 ? std::min(goal->neurons, inputs) : goal->neurons;
  if (inputs == 0) out.inputs = std::max(goal->inputs, out.neurons);
  if (steps == 0) out.steps = goal->steps;
  if (goal->single_neuron && out.neurons != 1)
    throw InputError(
        fmt::format("‹neurons› {}: {} is a goal of 1 neuron\n  hint: subspace and components are those of several",
                    out.neurons, goal->name));
  if (out.neurons > out.inputs)
    throw InputError(fmt::format(
        "‹neurons› {} with ‹inputs› {}: expected no more neurons than inputs, since there are only so many {}\n  hint: "
        "‹inputs› {}",
        out.neurons, out.inputs, goal->sparse_sources ? "sources" : "directions", out.neurons));
  if (out.inputs < 2)
    throw InputError("‹inputs› 1: expected at least 2, since one input has one direction alone\n  hint: leave it out");
  constexpr int least = 8;  // so that times of comparison are different ones
  if (out.steps < least)
    throw InputError(fmt::format("‹world-steps› {}: expected at least {}, found {}\n  hint: without it {} has {}",
                                 steps, least, steps, goal->name, goal->steps));
  return out;
}

}  // namespace rule_search
