// A rule ready to be carried out.
#pragma once

#include "plan/layout.hpp"
#include "plan/plan.hpp"

namespace rule_search::plan {

/// A rule with what is made of it, made once and kept.
struct Compiled {
  Rule rule;
  Plan plan;
  ParameterLayout layout;
};

/// For a network of so many connections. Throws InputError where a per-layer parameter has neither one value nor one for
/// each connection.
Compiled compile(const Rule& rule, int connections);

}  // namespace rule_search::plan
