#include "objectives/few_shot/linear_parts.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../search/small_data.hpp"

using namespace rule_search;

namespace {

const Dataset& data() {
  static const Dataset set = test::noisy_pictures("small", 6, 60, 5);
  return set;
}

Tasks tasks_of(const Network& network) {
  const TaskShape shape{4, 6, 5};
  return {&data(), nullptr, make_split(data(), shape, 7), shape, network, 7};
}

Network with_skips(const std::string& pattern) {
  Network n{{12, 8, 7, 6}, 10};
  n.skips = *skips_named(pattern, 4);
  return n;
}

FittedRule found(const std::string& text) {
  FittedRule f;
  f.rule = check_rule({"r", "rule r\n" + text});
  f.theta = ParameterLayout(f.rule.parameters, 4).initial;
  return f;
}

ComparisonRequest request() {
  ComparisonRequest r;
  r.fit_units = 6;
  r.test_units = 10;
  return r;
}

// Answers by W x alone, W as an episode left it.
double accuracy_of(const std::vector<double>& w, const Samples& query) {
  double right = 0;
  for (std::size_t k = 0; k < query.label.size(); ++k) {
    std::size_t best = 0;
    std::vector<double> z(6, 0.0);
    for (std::size_t c = 0; c < 6; ++c) {
      for (std::size_t i = 0; i < 12; ++i) z[c] += w[12 * c + i] * query.x[12 * k + i];
      if (z[c] > z[best]) best = c;
    }
    right += static_cast<int>(best) == query.label[k];
  }
  return right / static_cast<double>(query.label.size());
}

}  // namespace

TEST_CASE(
    "the part of the input-output connection is what its weights alone answer after the whole network has learnt") {
  const Network network = with_skips("inout");
  const Tasks tasks = tasks_of(network);
  const FittedRule rule = found("param eta = 0.1\ndw = -eta * err_post * pre'\n");
  Steps steps;
  const std::vector<Baseline> parts = linear_parts(tasks, Feedback::fixed, rule, request(), steps);
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].name == "input_to_output");
  CHECK(parts[1].title == "its connection 0-3 alone");
  Learner<float> learner(plan::lower(rule.rule), network, Feedback::fixed, {});
  const TaskSource source = tasks.source(network, Feedback::fixed);
  Wanted wanted;
  wanted.weights = true;
  const std::vector<Projection> all = network.graph().connections;
  REQUIRE(all[2] == Projection{0, 3});
  for (std::size_t k = 0; k < 10; ++k) {
    const Episode e = source.draw(Part::test, k);
    CHECK(parts[1].test.accuracies[k] ==
          doctest::Approx(accuracy_of(learner.run(e, {0.1}, wanted).weights[2], e.query)));
  }
}

TEST_CASE("the linear layer learns by the found rule, with coefficients of its own") {
  const Tasks tasks = tasks_of(with_skips("output"));
  // In a layer of the input alone, with a memory, the step is a synapse's own.
  const FittedRule rule = found(
      "param eta = 0.05\nparam eps = 0.01 in [1e-6, inf]\nstate seen: post x pre = 0\nlet step = err_post * pre'\n"
      "next seen = seen + step.^2\ndw = -eta * (step ./ sqrt(eps * ones_post * ones_pre' + seen + step.^2))\n");
  Steps steps;
  const std::vector<Baseline> parts = linear_parts(tasks, Feedback::fixed, rule, request(), steps);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].name == "linear_same_rule");
  CHECK(parts[0].fitted.rule.states.size() == 1);
  const Network linear{{12, 6}, 10};
  const TaskSource source = tasks.source(linear, Feedback::fixed);
  const Score again =
      score(parts[0].fitted.rule, parts[0].fitted.theta, linear, Feedback::fixed, draws(source, Part::test), 10);
  CHECK(parts[0].test.losses == again.losses);
  CHECK(parts[0].fitted.theta[0] != doctest::Approx(0.05));
}

TEST_CASE("a chain has no linear parts, skips that leave out the output have one") {
  const FittedRule rule = found("param eta = 0.1\ndw = -eta * err_post * pre'\n");
  Steps steps;
  CHECK(linear_parts(tasks_of(with_skips("none")), Feedback::fixed, rule, request(), steps).empty());
  CHECK(linear_parts(tasks_of(with_skips("residual")), Feedback::fixed, rule, request(), steps).size() == 1);
}

TEST_CASE(
    "of coefficients with a value a connection the linear layer begins with that of the input-output connection") {
  const Network network = with_skips("inout");
  const Rule rule =
      check_rule({"r", "rule r\nparam a[layer] = [1, 2, 3, 4]\nparam b = 5\ndw = -a*err_post*pre' - b*w\n"});
  const Rule one = for_one_connection(rule, network, 2);
  CHECK(one.parameters[0].initial == std::vector<double>{3});
  CHECK(one.parameters[1].initial == std::vector<double>{5});
}
