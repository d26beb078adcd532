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
