// Bounds around the whole of a rule: a statement, and what it makes of the change of the weights.
#include "expression/bound.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "expression/check/check.hpp"
#include "expression/print.hpp"
#include "network/event_driven.hpp"
#include "network/given_connection.hpp"
#include "plan/layout.hpp"
#include "plan/silence.hpp"

using namespace rule_search;

namespace {

Rule rule_of(const std::string& text) { return check_rule({"test", "rule test\n" + text}); }

// One step of all weights from activities that are given.
std::vector<double> stepped(const Rule& rule, const std::vector<double>& w, const std::vector<double>& pre,
                            const std::vector<double>& post) {
  const plan::Plan plan = plan::lower(rule);
  GivenConnection c(plan, static_cast<int>(post.size()), static_cast<int>(pre.size()),
                    ParameterLayout(plan.parameters, 1).initial, w.data());
  c.learn({{"pre", pre}, {"post", post}});
  return c.weights();
}

}  // namespace

TEST_CASE("hard bounds end a change, soft ones make it smaller") {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  const std::vector<double> pre = {1.2, -0.7, 2.1};
  const std::vector<double> post = {0.4, -1.9};
  for (int round = 0; round < 20; ++round) {
    std::vector<double> w(6);
    for (double& x : w) x = 3 * uniform(random) - 1;  // from -1 to 2
    const auto dw = [&](std::size_t k) { return 0.8 * post[k / 3] * pre[k % 3] - 0.1 * w[k]; };
    const auto check = [&](const char* bound, const auto& expected) {
      const Rule rule = rule_of(std::string("param a = 0.8\nparam b = 0.1\n") + bound + "\ndw = a*post*pre' - b*w");
      const std::vector<double> after = stepped(rule, w, pre, post);
      for (std::size_t k = 0; k < 6; ++k) CHECK(after[k] == doctest::Approx(expected(w[k], dw(k))).epsilon(1e-14));
    };
    check("bound w in [-1, 2]", [](double x, double d) { return std::clamp(x + d, -1.0, 2.0); });
    check("bound w in [-1, inf]", [](double x, double d) { return std::max(x + d, -1.0); });
    check("bound w in [-inf, 2]", [](double x, double d) { return std::min(x + d, 2.0); });
    check("bound w in [-1, 2] soft",
          [](double x, double d) { return x + (d > 0 ? d * (2 - x) / 3 : d * (x + 1) / 3); });
  }
}

TEST_CASE("a bound is printed, read again and kept where terms go") {
  const Rule rule = rule_of("param a = 0.5\nparam b = 0\nbound w in [0, 1]\ndw = a*post*pre' + b*w");
  CHECK(summands(rule.dw).size() == 2);
  const Rule less = without(rule, {false, true});
  REQUIRE(less.bound);
  CHECK(less.bound->upper == 1);
  const std::string text = print(less);
  CHECK(text.find("\nbound w in [0, 1]\ndw =") != std::string::npos);
  CHECK(print(check_rule({"again", text})) == text);
  CHECK(formula(with_numbers(less)) == "dw = 0.5*(post*pre')\nbound w in [0, 1]");
  const std::string soft = print(rule_of("param a = 1\nbound w in [-1, 2.5] soft\ndw = a*w"));
  CHECK(soft.find("bound w in [-1, 2.5] soft") != std::string::npos);
  CHECK(rule_of("param bound = 1\ndw = bound*w").parameters[0].name == "bound");
}

TEST_CASE("a bound does nothing between spikes") {
  const char* const traces =
      "step 1 ms\nstate x: pre = 0\nstate y: post = 0\nnext x = decay(20 ms)*(x + pre)\nnext y = decay(30 ms)*(y + "
      "post)\n"
      "dw = a*post*x' - b*y*pre'";
  for (const char* bound : {"bound w in [0.2, 0.8]\n", "bound w in [0, 1] soft\n"}) {
    const plan::Plan plan = plan::lower(rule_of(std::string("param a = 0.3\nparam b = 0.35\n") + bound + traces));
    CHECK(plan::silence(plan) == plan::Silence::exponential);
    EventDrivenSynapse synapse(plan, {});
    const std::vector<double> theta = {0.3, 0.35};
    REQUIRE(synapse.run(theta, 0.5, events_of({0, 0.1, 0.2}, {0.01, 0.11, 0.19}), 600));
    CHECK(synapse.weight() >= 0.2);
    CHECK(synapse.weight() <= 0.8);
  }
  // What pulls weights all the time does so between spikes.
  CHECK(plan::silence(plan::lower(rule_of("param a = 0.1\nbound w in [0, 1]\nstep 1 ms\ndw = a*post*pre' - 0.1*w"))) ==
        plan::Silence::other);
}
