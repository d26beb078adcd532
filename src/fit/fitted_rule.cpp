#include "fit/fitted_rule.hpp"

#include "expression/print.hpp"
#include "plan/layout.hpp"

namespace rule_search {

Rule with_values(Rule rule, const std::vector<double>& theta, int connections) {
  const ParameterLayout layout(rule.parameters, connections);
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    Parameter& p = rule.parameters[r];
    const auto first = theta.begin() + layout.first[r];
    p.initial.assign(first, first + (p.per_layer ? connections : 1));
  }
  return rule;
}

std::string formula(const FittedRule& fitted) { return formula(with_numbers(fitted.rule)); }

}  // namespace rule_search
