// What a synapse must know to carry out a term.
#pragma once

#include <optional>
#include <string>

#include "expression/expression.hpp"
#include "expression/rule.hpp"

namespace rule_search {

enum class Locality {
  local,  ///< its own two cells, its weight, numbers broadcast to all
  cell,   ///< also a sum over the synapses of one of its cells
  layer,  ///< also a sum over a population
};

const char* name(Locality locality);
std::optional<Locality> locality_named(const std::string& name);
/// Of e alone: a state is something that the synapse or cell knows.
Locality locality(const Expr& e);
/// Of a term of the rule: as far as it and all states that it is made of reach.
Locality locality(const Rule& rule, const Expr& term);
/// Of the whole rule.
Locality locality(const Rule& rule);

}  // namespace rule_search
