#include "expression/operators.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "expression/print.hpp"

using namespace rule_search;

TEST_CASE("every function by element can be written in a rule, has its LaTeX and its derivative") {
  int count = 0;
  for (const Operator& o : operators()) {
    CAPTURE(std::string(o.name));
    CHECK(&row(o.op) == &o);
    if (!is_elementwise_function(o.op)) continue;
    ++count;
    CHECK(find_function(o.name) == &o);
    CHECK_FALSE(o.latex.empty());
    CHECK_FALSE(o.mathml.empty());
    const std::string text = std::string(o.name) + "(w)";
    CHECK(print(check_rule({"function", "dw = " + text}).dw, {}) == text);
    for (double x : {0.3, 0.7, 1.9}) {
      const double h = 1e-6;
      CHECK(o.derivative(x) == doctest::Approx((o.value(x + h) - o.value(x - h)) / (2 * h)).epsilon(1e-6));
    }
  }
  CHECK(count >= 8);
}

TEST_CASE("an infix operator is found by its symbol, a function is not") {
  CHECK(find_infix(".*")->op == Op::hadamard);
  CHECK(find_infix("/")->op == Op::divide);
  CHECK(find_infix("dot") == nullptr);
  CHECK(find_function("*") == nullptr);
  CHECK(find_function("w") == nullptr);
}
