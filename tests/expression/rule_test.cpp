#include "expression/rule.hpp"

#include <doctest/doctest.h>

#include "expression/print.hpp"

using namespace rule_search;

TEST_CASE("a rule with numbers in place of its parameters is the text that a user copies") {
  const Rule rule = check_rule({"rule",
                                "param eta = 0.5 param gone = 0 param each[layer] = [1, 2] param tau = 20 ms\n"
                                "state trace: post x pre = 0\n"
                                "next trace = (1 - 0.001/tau) * trace + eta * (post * pre')\n"
                                "dw = -eta * 2 * err_post * pre' + gone * w + each * trace"});
  const Rule numbers = with_numbers(rule);
  CHECK(formula(numbers) ==
        "dw = -err_post*pre' + each*trace\nstate trace: post x pre = 0\n"
        "next trace = 0.95*trace + 0.5*(post*pre')");
  CHECK(numbers.parameters.size() == rule.parameters.size());
  // The rule itself keeps its parameters.
  CHECK(depends_on_parameter(rule.dw, 0));
  for (int r : {0, 1, 3}) CHECK_FALSE(depends_on_parameter(numbers, numbers.dw, r));
  CHECK(depends_on_parameter(numbers.dw, 2));
}

TEST_CASE("a rule says how long its step is, by `step` or by `let dt`, and what is printed says so again") {
  const std::string rest = "param tau = 20 ms\nstate c: post = 0\nnext c = c - dt/tau*c + post\ndw = c*pre'\n";
  const Rule stated = check_rule({"stated", "step 0.5 ms\n" + rest});
  CHECK(stated.step.seconds == 0.0005);
  CHECK(stated.step.stated);
  CHECK(print(stated).find("\nstep 0.5 ms\n") != std::string::npos);
  const Rule again = check_rule({"again", print(stated)});
  CHECK(again.step.seconds == 0.0005);
  CHECK(equal(again.states[0].next, stated.states[0].next));
  CHECK(print(again) == print(stated));
  // As a part by that name always was.
  const Rule part = check_rule({"part", "let dt = 0.5 ms\n" + rest});
  CHECK(part.step.seconds == 0.0005);
  CHECK(equal(part.states[0].next, stated.states[0].next));
  CHECK(print(part).find("step") == std::string::npos);
  CHECK(check_rule({"both", "step 500 us\nlet dt = 0.5 ms\n" + rest}).step.stated);
  // What is no plain time is no step.
  for (const std::string other : {"let dt = 0.001\n", "let dt = 2 * 1 ms\n", "let dt = 0 ms\n"})
    CHECK(check_rule({"other", other + rest}).step.seconds == 0);
  // Terms go, the step stays.
  const Rule two = check_rule({"two", "param a = 1\nparam b = 1\nstep 1 s\ndw = a*w + b*post*pre'"});
  CHECK(without(two, {true, false}).step.stated);
  CHECK(with_numbers(two).step.seconds == 1);
}

TEST_CASE("a parameter with a value for every recording is printed as it was read") {
  const Rule rule = check_rule(
      {"rule",
       "param eta[recording] = 0.01 in [0, 1]\nparam tau[recording] = 20 ms\nparam recording = 1\nstate c: post = 0\n"
       "next c = c - 0.001/tau*c + post\ndw = recording * eta * c * pre'"});
  REQUIRE(rule.parameters.size() == 3);
  CHECK(rule.parameters[0].per_recording);
  CHECK(rule.parameters[1].per_recording);
  CHECK_FALSE(rule.parameters[2].per_recording);
  for (const Parameter& p : rule.parameters) CHECK_FALSE(p.per_layer);
  CHECK(print(rule).find("param eta[recording] = 0.01 in [0, 1]\nparam tau[recording] = 20 ms\n") != std::string::npos);
  const Rule again = check_rule({"again", print(rule)});
  CHECK(again.parameters[0].per_recording);
  CHECK(print(again) == print(rule));
  // It stays with its term, and numbers stand in the place of common values.
  const Rule two = check_rule({"two", "param a[recording] = 0.5\nparam b = 2\ndw = a*w + b*post*pre'"});
  CHECK(without(two, {false, true}).parameters.at(0).per_recording);
  CHECK(formula(with_numbers(two)) == "dw = 0.5*w + 2*(post*pre')");
}

TEST_CASE("a decay is printed as it was written, and read again as the same") {
  const std::string text =
      "step 1 ms\nparam tau_plus = 17 ms\nparam a2_minus = 0.5\nstate x: pre = 0\nstate y: post = 0\nstate z: post = "
      "0\n"
      "next x = decay(tau_plus) * (x + pre)\nnext y = (1 - decay(20 ms)) * post + decay(2*tau_plus) * y\n"
      "next z = exp(-0.002/tau_plus) * z + y\ndw = a2_minus * (y + z) * x'\n";
  const Rule rule = check_rule({"rule", text});
  CHECK(print(rule).find("next x = decay(tau_plus)*(x + pre)\nnext y = (1 - decay(20 ms))*post + decay(2*tau_plus)*y\n"
                         "next z = exp(-0.002/tau_plus)*z + y\n") != std::string::npos);
  const Rule again = check_rule({"again", print(rule)});
  for (std::size_t k = 0; k < 3; ++k) CHECK(equal(again.states[k].next, rule.states[k].next));
  // With numbers: the time constants are seen, and the step that they need.
  const Rule numbers = with_numbers(rule);
  CHECK(formula(numbers) ==
        "dw = 0.5*((y + z)*x')\nstate x: pre = 0\nnext x = decay(17 ms)*(x + pre)\nstate y: post = 0\n"
        "next y = (1 - decay(20 ms))*post + decay(34 ms)*y\nstate z: post = 0\nnext z = 0.8890097654027757*z + y\n"
        "step 1 ms");
  const Rule copied = check_rule({"copied", "rule copied\n" + formula(numbers)});
  for (std::size_t k = 0; k < 3; ++k) CHECK(equal(copied.states[k].next, numbers.states[k].next));
  CHECK(synapse_form(rule.states[0].next, rule) == "decay(tau_plus)*(x_j + pre_j)");
  CHECK(latex_synapse_form(rule.states[0].next, rule) ==
        "\\mathrm{e}^{-\\Delta t / \\tau_{+}}\\,\\left({\\bar{x}}_{j} + x_{j}\\right)");
  CHECK(latex(numbers.states[0].next, numbers).find("\\mathrm{e}^{-\\Delta t / 17\\,\\mathrm{ms}}") !=
        std::string::npos);
  const std::string page = mathml_synapse_summands(numbers.states[0].next, numbers).at(0);
  CHECK(page.find("<mn>17</mn><mspace width=\"0.2em\"></mspace><mi mathvariant=\"normal\">ms</mi>") !=
        std::string::npos);
  // What `decay` would refuse stays an exponential: a parameter without a unit, and what is not above 0.
  const Rule plain = check_rule({"plain",
                                 "step 1 ms\nparam tau = 0.02\nparam a = 20 ms\nparam b = 30 ms\nstate x: pre = 0\n"
                                 "next x = exp(-dt/tau) * x + decay(a - b) * pre\ndw = post * x'\n"});
  CHECK(print(plain).find("exp(-0.001/tau)*x + decay(a - b)*pre") != std::string::npos);
  CHECK(equal(check_rule({"again", print(plain)}).states[0].next, plain.states[0].next));
  CHECK_NOTHROW(check_rule({"copied", "rule copied\n" + formula(with_numbers(plain))}));
  // A rule that does not state its step has no decay to be printed.
  const Rule part = check_rule({"part", "let dt = 1 ms\n" + text.substr(text.find('\n') + 1)});
  CHECK(print(part).find("decay") == std::string::npos);
  CHECK(equal(check_rule({"again", print(part)}).states[0].next, rule.states[0].next));
}
