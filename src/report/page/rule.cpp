// The found rule, typeset.
#include "expression/rule.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "expression/print/mathml.hpp"
#include "expression/print/synapse.hpp"
#include "fit/fitted_rule.hpp"
#include "report/page/frame.hpp"
#include "report/page/page.hpp"
#include "report/page/parts.hpp"
#include "report/sentences.hpp"

namespace rule_search::html {

namespace {

// Each summand is a formula of its own, so that the line breaks between them.
std::string typeset(const std::string& left, const std::vector<std::string>& summands) {
  const bool arrow = left.find("&#x2190;") != std::string::npos;
  std::string out = "<p class=\"formula\"><math><mrow>" + left + (arrow ? "" : "<mo>=</mo>") + "</mrow></math>";
  for (const std::string& s : summands) out += " <math><mrow>" + s + "</mrow></math>";
  return out + "</p>\n";
}

std::string matrix_equation(const Rule& rule) {
  return typeset("<mi mathvariant=\"normal\">&#x394;</mi><msub><mi>W</mi><mi>&#x2113;</mi></msub>",
                 mathml_summands(rule.dw, rule));
}

std::string equation_of_state(const State& s, const Rule& rule) {
  const std::vector<std::string> name = mathml_synapse_summands(make_variable(Op::state, 0, s.name, s.shape), rule);
  return typeset(name[0] + "<mo>&#x2190;</mo>", mathml_synapse_summands(s.next, rule));
}

}  // namespace

std::string rule_section(const std::string& rule_text, const std::string& printed) {
  const Rule rule = with_numbers(check_rule({"rule_text", rule_text}));
  std::string out = fmt::format(
      "<h2>The rule</h2>\n<p>Change of the weights <i>W</i> of a connection in one step, from its presynaptic neurons "
      "(&#x2113;&#x2212;1) to its postsynaptic neurons (&#x2113;){}:</p>\n",
      explained(rule, {"<b>y</b>", "<b>y</b>", "<b>e</b>", "<b>e</b>"}));
  out += matrix_equation(rule);
  out += fmt::format("<p>For the synapse from presynaptic neuron <i>j</i> to postsynaptic neuron <i>i</i>{}:</p>\n",
                     explained(rule, {"<i>x<sub>j</sub></i>", "<i>y<sub>i</sub></i>",
                                      "<i>e<sup>x</sup><sub>j</sub></i>", "<i>e<sup>y</sup><sub>i</sub></i>"}));
  out += typeset("<mi mathvariant=\"normal\">&#x394;</mi><msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>",
                 mathml_synapse_summands(rule.dw, rule));
  if (!declared_states(rule).empty()) {
    out += "<p>It remembers, from one step to the next:</p>\n";
    for (const State& s : declared_states(rule)) out += equation_of_state(s, rule);
  }
  if (const std::string bound = meaning_of_bound(rule); !bound.empty()) out += "<p>" + bound + "</p>\n";
  if (const std::string brackets = meaning_of_brackets(rule); !brackets.empty()) out += "<p>" + brackets + "</p>\n";
  if (const std::string step = meaning_of_step(rule, "&#x394;<i>t</i>"); !step.empty()) out += "<p>" + step + "</p>\n";
  if (const std::string anew = at_every_trial(rule); !anew.empty()) out += "<p>" + escaped(anew) + "</p>\n";
  return out + "<p>As <code>rule-search</code> reads it:</p>\n<pre>" +
         escaped(printed.empty() ? formula(FittedRule{rule, {}}) : printed) + "</pre>\n";
}

}  // namespace rule_search::html

namespace rule_search {

std::string typeset_equations(const Rule& rule) {
  std::string out = html::matrix_equation(rule);
  for (const State& s : declared_states(rule)) out += html::equation_of_state(s, rule);
  return out;
}

}  // namespace rule_search
