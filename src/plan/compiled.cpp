#include "plan/compiled.hpp"

namespace rule_search::plan {

Compiled compile(const Rule& rule, int connections) {
  return {rule, lower(rule), ParameterLayout(rule.parameters, connections)};
}

}  // namespace rule_search::plan
