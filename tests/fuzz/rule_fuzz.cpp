// Text of a rule file: parser, checker, plan and printers. What is refused is refused with a message at a
// place in the text; what is accepted can be printed, and the printed text is the rule again.
#include "evaluate/connection.hpp"
#include "expression/print.hpp"
#include "expression/print/mathml.hpp"
#include "fuzz.hpp"
#include "plan/plan.hpp"

using namespace rule_search;

namespace {

void check_round_trip(const Rule& rule) {
  const std::string printed = print(rule);
  try {
    const Rule again = check_rule({"printed", printed});
    fuzz::require(print(again) == printed, "a printed rule is printed the same again");
    fuzz::require(again.name == rule.name && again.citation == rule.citation, "name and citation are kept");
    fuzz::require(equal(again.dw, rule.dw), "the printed update is the update again");
    fuzz::require(!rule.step.stated || (again.step.stated && again.step.seconds == rule.step.seconds),
                  "a printed step is the step again");
    fuzz::require(again.parameters.size() == rule.parameters.size(), "all parameters are printed");
    for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
      const Parameter& a = again.parameters[r];
      const Parameter& b = rule.parameters[r];
      fuzz::require(a.name == b.name && a.per_layer == b.per_layer && a.per_recording == b.per_recording &&
                        a.initial == b.initial && a.lower == b.lower && a.upper == b.upper,
                    "a printed parameter is the parameter again");
    }
  } catch (const InputError& e) {
    fuzz::broken("a printed rule can be read again:\n" + printed + "\n" + e.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Rule rule;
  try {
    rule = check_rule(source_of("fuzz.rule", std::string(reinterpret_cast<const char*>(data), size)));
  } catch (const RuleError& e) {
    fuzz::check_message(e.what());
    fuzz::require(!e.diagnostics().empty(), "a refused rule has a diagnostic");
    for (const Diagnostic& d : e.diagnostics()) {
      fuzz::require(d.span.begin <= e.source().text.size(), "a mistake has a place in the text");
      fuzz::require(!d.message.empty(), "a diagnostic has a message");
    }
    return 0;
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
    return 0;
  }
  check_round_trip(rule);
  for (const Expr& s : summands(rule.dw)) {
    fuzz::require(!print(s, rule.parameters).empty() && !latex(s, rule.parameters).empty(), "a term has a text");
    fuzz::require(!synapse_form(s, rule.parameters).empty(), "a term has a form for one synapse");
  }
  std::vector<plan::PassRecord> passes;
  const plan::Plan lowered = plan::lower(rule, &passes);
  fuzz::require(!plan::describe(lowered).empty() && !passes.empty(), "a plan can be described");
  fuzz::require(plan::cost(lowered, 170, 784) >= 0, "a plan has a cost");
  if (const auto by_sample = plan::in_sample_space(lowered)) plan::describe(*by_sample);
  return 0;
}
