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

Rule numbers_in_place(const Rule& rule) {
  std::vector<bool> replace;
  std::vector<double> values;
  for (const Parameter& p : rule.parameters) {
    replace.push_back(!p.per_layer);
    values.push_back(p.initial[0]);
  }
  Rule out = rule;
  out.dw = simplify(substitute(rule.dw, replace, values));
  for (State& s : out.states) s.next = simplify(substitute(s.next, replace, values));
  return out;
}

std::string formula(const FittedRule& fitted) { return formula(numbers_in_place(fitted.rule)); }

}  // namespace rule_search
