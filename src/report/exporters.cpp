#include "report/exporters.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "export/export.hpp"
#include "expression/bound.hpp"
#include "expression/print.hpp"
#include "report/figure.hpp"
#include "report/latex.hpp"
#include "report/page/page.hpp"
#include "report/sentences.hpp"

namespace rule_search {

namespace {

// A rule of the front, which has no terms table of its own, or a rule file.
std::string latex_snippet(const Rule& rule) {
  std::string out;
  const auto equation = [&](const std::string& left, const std::string& right) {
    out += fmt::format("\\begin{{multline*}}\n{} = {}\n\\end{{multline*}}\n", left, right);
  };
  equation("\\Delta W_{\\ell}", latex(rule.dw, rule));
  for (const State& s : declared_states(rule))
    equation(latex_becomes(latex(make_variable(Op::state, 0, s.name, s.shape), {})), latex(s.next, rule));
  equation("\\Delta w_{ij}", latex_synapse_form(rule.dw, rule));
  for (const State& s : declared_states(rule))
    equation(latex_becomes(latex_synapse_form(make_variable(Op::state, 0, s.name, s.shape), {})),
             latex_synapse_form(s.next, rule));
  for (const std::string& sentence :
       {meaning_of_bound(rule), meaning_of_brackets(rule), meaning_of_step(rule, "$\\Delta t$")}) {
    if (!sentence.empty()) out += sentence + "\n";
  }
  return out;
}

nlohmann::json document_of(const Rule& rule) {
  nlohmann::json out = {{"rule", rule.name},
                        {"citation", rule.citation},
                        {"formula", formula(rule)},
                        {"synapse", "dw_ij = " + synapse_form(rule.dw, rule)},
                        {"parameters", nlohmann::json::object()}};
  for (const Parameter& p : rule.parameters)
    out["parameters"][p.name] = p.initial.size() == 1 ? nlohmann::json(p.initial[0]) : nlohmann::json(p.initial);
  for (const State& s : declared_states(rule)) {
    out["states"][s.name] = {{"initial", s.elements.empty() ? nlohmann::json(s.initial) : nlohmann::json(s.elements)},
                             {"next", print(s.next, rule)},
                             {"synapse", synapse_form(s.next, rule)}};
    if (s.each_trial) out["states"][s.name]["each_trial"] = true;
  }
  return out;
}

// Of what other languages have, plain states and sums.
Rule written_out(const Rule& rule) { return with_delays_written_out(with_bound_written_out(rule)); }

std::string html(const Exported& e) {
  const Drawn drawn = draw(figures(*e.result));
  if (!drawn.gnuplot_found) e.note(fmt::format("the plots are missing, {}", how_to_get_plots));
  return to_html(*e.result, drawn.svg, e.reported ? 0 : e.terms);
}

}  // namespace

const std::vector<Exporter>& exporters() {
  static const std::vector<Exporter> rows = {
      {"text", "a rule file", false, [](const Exported& e) { return print(e.rule); }},
      {"latex", "for a paper", false,
       [](const Exported& e) { return e.reported ? to_latex(*e.result) : latex_snippet(e.rule); }},
      {"json", "formula, parameters and states", false,
       [](const Exported& e) { return dump(document_of(e.rule), 2) + "\n"; }},
      {"html", "the page of a search", true, html},
      {"numpy", "a Python function of NumPy arrays", false,
       [](const Exported& e) { return to_numpy(written_out(e.rule)); }},
      {"pytorch", "the same of tensors, and a network that learns by it", false,
       [](const Exported& e) { return to_pytorch(written_out(e.rule)); }},
      {"jax", "the same as pure functions", false, [](const Exported& e) { return to_jax(written_out(e.rule)); }},
      {"sympy", "expressions of SymPy, for one synapse and over layers", false,
       [](const Exported& e) { return to_sympy(written_out(e.rule)); }},
      {"brian2", "synapses of Brian 2, of rules that a synapse can compute", false,
       [](const Exported& e) { return to_brian2(written_out(e.rule)); }},
      {"nestml", "a synapse of NEST, of rules on spikes that a synapse can compute", false,
       [](const Exported& e) { return to_nestml(written_out(e.rule)); }},
  };
  return rows;
}

}  // namespace rule_search
