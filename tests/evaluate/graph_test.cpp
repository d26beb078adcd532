// Networks whose layers are a graph, with every kind of feedback, against the scalar walk.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "drawn_graphs.hpp"
#include "objectives/few_shot/learner.hpp"
#include "plan/layout.hpp"
#include "plan/plan.hpp"
#include "reference.hpp"

using namespace rule_search;

namespace {

const std::vector<int> layers = {6, 5, 4, 5, 3};

std::vector<int> all_of(const std::vector<double>& theta) {
  std::vector<int> all(theta.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

bool near(double found, double expected) { return std::abs(found - expected) <= 1e-12 + 1e-9 * std::abs(expected); }

// How many losses and derivatives are not as the walk has them.
int wrong(const Outcome& found, const reference::Result& expected) {
  int count = found.query_losses.size() != expected.query_losses.size();
  for (std::size_t q = 0; q < found.query_losses.size(); ++q) {
    const reference::Dual& loss = expected.query_losses[q];
    count += !near(found.query_losses[q], loss.v);
    for (std::size_t k = 0; k < loss.d.size(); ++k) count += !near(found.jacobian[q * loss.d.size() + k], loss.d[k]);
  }
  return count;
}

int wrong(const std::vector<std::vector<double>>& found, const std::vector<reference::Matrix>& expected) {
  int count = found.size() != expected.size();
  for (std::size_t c = 0; c < found.size(); ++c) {
    for (std::size_t i = 0; i < found[c].size(); ++i) count += !near(found[c][i], expected[c].x[i].v);
  }
  return count;
}

// A value of its own for every connection, where a parameter has one a connection.
std::vector<double> values(const Rule& rule, const Network& network) {
  std::vector<double> theta = ParameterLayout(rule.parameters, network.connections()).initial;
  for (std::size_t k = 0; k < theta.size(); ++k) theta[k] *= 1 + 0.05 * static_cast<double>(k);
  return theta;
}

void agrees(const Rule& rule, const Episode& episode) {
  const std::vector<double> theta = values(rule, episode.network);
  const reference::Result expected = reference::result(rule, theta, episode);
  for (const FirstLayer first : {FirstLayer::weights, FirstLayer::by_sample}) {
    CAPTURE(static_cast<int>(first));
    Learner<double> learner(plan::lower(rule), episode.network, episode.feedback, all_of(theta), first);
    const Outcome out = learner.run(episode, theta);
    REQUIRE_FALSE(out.diverged);
    CHECK(wrong(out, expected) == 0);
    // Asked for weights it learns all feedback weights, also those to the input, whose errors the rule may not read.
    const Outcome more = learner.run(episode, theta, {.weights = true});
    CHECK(wrong(more, expected) == 0);
    CHECK(wrong(more.weights, expected.weights) == 0);
    if (episode.feedback == Feedback::dtp) CHECK(wrong(more.feedback_weights, expected.feedback_weights) == 0);
  }
}

void agrees_everywhere(const Rule& rule) {
  std::string what;
  test::for_every_graph(layers, 21, 3, what, [&](const Episode& episode) {
    CAPTURE(rule.name);
    CAPTURE(what);
    agrees(rule, episode);
  });
}

// A step of its own for every synapse, which remembers its pseudo-gradients: all by element.
const char* const memory =
    "rule memory\nparam eta[layer] = 0.02\nparam ehebb[layer] = -0.03\nparam gate[layer] = 0.005\nparam eps = 0.01\n"
    "let step = err_post * pre'\nstate seen: post x pre = 0\nnext seen = seen + step.^2\n"
    "dw = - eta * (step ./ sqrt(eps * ones_post * ones_pre' + seen + step.^2)) - ehebb * err_post * err_pre'\n"
    "     + gate * (post .* err_post) * ones_pre'\n";

// Products with the weights in both directions, which stay inside one connection, in terms and in states.
const char* const products =
    "rule products\nparam a = 0.03\nparam b[layer] = 0.01\nparam c = 0.004\nparam d = 0.02\n"
    "state seen: pre = 0.1\nstate heard: post = 0\n"
    "next seen = 0.8 * seen + 0.1 * w' * post + d * err_pre\nnext heard = 0.9 * heard + 0.1 * w * pre\n"
    "dw = - a * err_post * pre' + b * post * (pre - w' * post)' - c * (w * pre - post) * seen'\n"
    "     + d * (heard .* err_post) * err_pre' - c * d * w + b * shuffled_err_post * noise_pre'\n";

// What needs no more of weights than what they make of samples, with and without errors at the input.
const char* const by_sample =
    "rule by_sample\nparam a[layer] = 0.03\nparam b[layer] = 0.01\nparam c = 0.02\n"
    "dw = - a * err_post * pre' + b * post * (pre' - post' * w) - a * c * w\n";
const char* const by_sample_with_errors =
    "rule by_sample_with_errors\nparam a = 0.03\nparam b = 0.01\n"
    "dw = - a * err_post * pre' + b * post * (tanh(err_pre) + w' * post)' - a * b * w\n";
// The error alone on the left of an outer product, and activities carried back: what waits looks at columns of the network.
const char* const bare_error =
    "rule bare_error\nparam a = 0.03\nparam b = -0.02\nparam c = 0.01\n"
    "dw = - a * err_post * pre' - b * err_post * err_pre' + c * (post * pre' - post * post' * w)\n";
const char* const bare_noise =
    "rule bare_noise\nparam a = 0.03\nparam b = 0.02\nparam c = 0.01\n"
    "dw = - a * err_post * pre' + b * noise_post * err_pre' + b * shuffled_err_post * pre' + c * post * (pre' - post' "
    "* w)\n";
const char* const replayed =
    "rule replayed\nparam a = 0.03\nparam b = 0.02\n"
    "dw = - a * err_post * pre' + a * dot(err_pre, w' * post) * err_post * pre' + b * tanh(w * err_pre) * pre'\n";
// A walk that does not keep one of its left columns: it is a multiple of another one, by what changes at every step.
const std::string multiple =
    "rule multiple\nparam a = 0.03\nparam b = 0.02\nparam c = 0.01\n"
    "dw = a * (post - err_post) * pre' - b * (post' * w * err_pre) * post * err_pre' - c * sum(post) * post * post' * "
    "w "
    "- b * ones_post * err_pre'\n";

}  // namespace

TEST_CASE("a rule that remembers by synapse learns every graph as the scalar walk says, with every feedback") {
  agrees_everywhere(check_rule({"memory", memory}));
}

TEST_CASE("products with weights stay inside their connection, whatever layers it joins") {
  agrees_everywhere(check_rule({"products", products}));
}

TEST_CASE("the pool of ten terms learns every graph as the scalar walk says, with every feedback") {
  Rule rule = read_rule(RULE_SEARCH_SOURCE_DIR "/rules/pool_2023.rule");
  for (std::size_t r = 0; r < rule.parameters.size(); ++r)
    rule.parameters[r].initial = {0.003 + 0.001 * static_cast<double>(r)};
  agrees_everywhere(rule);
}

TEST_CASE("connections from the input keep what their weights make of the samples, as many as there are") {
  for (const char* const text : {by_sample, by_sample_with_errors, bare_error, bare_noise, replayed}) {
    const Rule rule = check_rule({"by_sample", text});
    REQUIRE(plan::in_sample_space(plan::lower(rule)));
    agrees_everywhere(rule);
    std::string what;
    for (const std::vector<int>& sizes : {std::vector<int>{6, 3}, {6, 4, 3}}) {
      test::for_every_graph(sizes, 21, 3, what, [&](const Episode& episode) {
        CAPTURE(rule.name);
        CAPTURE(what);
        agrees(rule, episode);
      });
    }
  }
}

TEST_CASE("walks compute multiples of kept columns again, where their factor is 0 as well") {
  for (const double c : {0.01, 0.0}) {
    Rule rule = check_rule({"multiple", multiple});
    rule.parameters[2].initial = {c};
    const std::optional<plan::Plan> plan = plan::in_sample_space(plan::lower(rule));
    REQUIRE(plan);
    REQUIRE(plan->replays());
    const auto is_multiple = [&](const plan::Outer& o) {
      const plan::Instruction& i = plan->code[static_cast<std::size_t>(o.left)];
      return i.code == plan::Code::combine && i.terms.size() == 1;
    };
    CHECK(std::any_of(plan->outers.begin(), plan->outers.end(), is_multiple));
    agrees_everywhere(rule);
  }
}

TEST_CASE("layers of one neuron and wide ones, dark pixels among them") {
  const Rule rule = check_rule({"products", products});
  std::string what;
  for (const std::vector<int>& sizes : {std::vector<int>{5, 1, 3, 2}, {19, 1, 17, 1, 18}, {1, 1, 1, 2}}) {
    test::for_every_graph(sizes, 7, 2, what, [&](Episode episode) {
      for (std::size_t k = 0; k < episode.train.x.size(); k += 2) episode.train.x[k] = 0;
      CAPTURE(what);
      CAPTURE(sizes.size());
      agrees(rule, episode);
    });
  }
}

TEST_CASE("single precision stays near double on every graph") {
  for (const char* const text : {memory, products}) {
    const Rule rule = check_rule({"rule", text});
    std::string what;
    test::for_every_graph(layers, 9, 3, what, [&](const Episode& episode) {
      CAPTURE(what);
      CAPTURE(rule.name);
      const std::vector<double> theta = values(rule, episode.network);
      const Outcome exact =
          Learner<double>(plan::lower(rule), episode.network, episode.feedback, all_of(theta)).run(episode, theta);
      const Outcome fast =
          Learner<float>(plan::lower(rule), episode.network, episode.feedback, all_of(theta)).run(episode, theta);
      REQUIRE_FALSE(fast.diverged);
      CHECK(fast.loss == doctest::Approx(exact.loss).epsilon(1e-4));
      double size = 0;
      for (const double x : exact.jacobian) size = std::max(size, std::abs(x));
      for (std::size_t k = 0; k < exact.jacobian.size(); ++k)
        CHECK(std::abs(fast.jacobian[k] - exact.jacobian[k]) <= 3e-3 * size);
    });
  }
}
