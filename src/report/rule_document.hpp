// A rule as a document for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "expression/rule.hpp"

namespace rule_search {

/// Formula, parameters, terms with their locality and forms, states, signals, step, notes.
nlohmann::json rule_document(const Rule& rule);
/// What is allowed, but hardly meant, a sentence each.
std::vector<std::string> notes_on(const Rule& rule);
/// Signals that are one number for all synapses.
std::vector<std::string> broadcast_signals(const Rule& rule);

}  // namespace rule_search
