// What a synapse must know to carry out a term.
#pragma once

#include <optional>
#include <string>

#include "expression/expression.hpp"

namespace rule_search {

enum class Locality {
  local,  ///< its own two cells, its weight, numbers broadcast to all
  cell,   ///< also a sum over the synapses of one of its cells
  layer,  ///< also a sum over a population
};

const char* name(Locality locality);
std::optional<Locality> locality_named(const std::string& name);
Locality locality(const Expr& e);

}  // namespace rule_search
