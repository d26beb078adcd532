// Rules as code that runs elsewhere, without this program.
#pragma once

#include <string>

#include "expression/rule.hpp"

namespace rule_search {

/// A Python file with a function from what a connection knows at a step to the change of its weights and to what it remembers
/// then. Coefficients are arguments; their defaults are the values in the rule.
std::string to_numpy(const Rule& rule);
/// The same, and a class of networks that learn online by the rule, where images and labels give all that it needs.
std::string to_pytorch(const Rule& rule);
/// The same as pure functions.
std::string to_jax(const Rule& rule);
/// A Python file with functions that return the rule as expressions of SymPy, for one synapse and over whole layers.
std::string to_sympy(const Rule& rule);
/// A Python file with a function that makes Synapses of Brian 2 which change by the rule. Throws InputError, naming the term, where
/// a synapse there can't compute it.
std::string to_brian2(const Rule& rule);
/// A synapse in NESTML, for rules on spikes: pre and post are 1 in a step with a spike, else 0. Throws InputError, naming the
/// term, where a synapse there can't compute it.
std::string to_nestml(const Rule& rule);

}  // namespace rule_search
