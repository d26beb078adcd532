// delay(x, time): what x was some whole steps before.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "expression/check/check.hpp"
#include "expression/print.hpp"
#include "expression/rule.hpp"
#include "network/given_connection.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

Rule rule_of(const std::string& text) { return check_rule({"test", "rule test\n" + text}); }

// Weights after every step of one synapse.
std::vector<double> weights(const Rule& rule, const std::vector<double>& pre, const std::vector<double>& post) {
  const plan::Plan plan = plan::lower(rule);
  const double start = 0;
  GivenConnection c(plan, 1, 1, ParameterLayout(plan.parameters, 1).initial, &start);
  std::vector<double> out;
  for (std::size_t t = 0; t < pre.size(); ++t) {
    c.learn({{"pre", {pre[t]}}, {"post", {post[t]}}});
    out.push_back(c.weights()[0]);
  }
  return out;
}

}  // namespace

TEST_CASE("a delayed activity is what it was so many steps before, and 0 until then") {
  std::vector<double> pre;
  std::vector<double> post;
  for (int t = 0; t < 40; ++t) {
    pre.push_back(0.3 + 0.1 * (t % 7) * (t % 7));
    post.push_back(1.1 - 0.2 * (t % 5));
  }
  for (const int steps : {1, 2, 5, 14}) {
    const Rule rule =
        rule_of("param a = 0.5\nstep 2 ms\ndw = a * post * delay(pre, " + std::to_string(2 * steps) + " ms)'");
    REQUIRE(rule.states.size() == 1);
    CHECK(rule.states[0].delay == steps);
    double w = 0;
    std::vector<double> expected;
    for (std::size_t t = 0; t < pre.size(); ++t) {
      if (t >= static_cast<std::size_t>(steps)) w += 0.5 * post[t] * pre[t - static_cast<std::size_t>(steps)];
      expected.push_back(w);
    }
    const std::vector<double> found = weights(rule, pre, post);
    const std::vector<double> written_out = weights(with_delays_written_out(rule), pre, post);
    for (std::size_t t = 0; t < pre.size(); ++t) {
      CHECK(found[t] == doctest::Approx(expected[t]).epsilon(1e-14));
      CHECK(written_out[t] == doctest::Approx(expected[t]).epsilon(1e-14));
    }
  }
}

TEST_CASE("a delay is printed as it is written, and read again") {
  const Rule rule = rule_of(
      "param a = 0.5\nparam b = 0.1\nstep 1 ms\nstate x: pre = 0\nnext x = decay(20 ms)*x + delay(pre, 14 ms)\n"
      "dw = a*delay(post, 3)*x' - b*post*delay(pre, 14 ms)'");
  CHECK(rule.states.size() == 3);  // two delays and x; the same delay is one
  const std::string text = print(rule);
  CHECK(text.find("delay(pre, 14 ms)") != std::string::npos);
  CHECK(text.find("delay(post, 3 ms)") != std::string::npos);
  CHECK(text.find("state delay") == std::string::npos);
  CHECK(print(check_rule({"again", text})) == text);
  const Rule by_steps = rule_of("param a = 0.5\ndw = a*post*delay(pre, 3)'");
  CHECK(formula(by_steps) == "dw = a*post*delay(pre, 3)'");
  CHECK(print(check_rule({"again", print(by_steps)})) == print(by_steps));
  CHECK(without(rule, {true, false}).states.size() == 1);
}
