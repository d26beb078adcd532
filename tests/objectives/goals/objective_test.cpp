#include "objectives/goals/objective.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <utility>

#include "../../files.hpp"
#include "expression/rule.hpp"
#include "objectives/goals/conditions.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

GoalOptions of(Goal goal, int neurons = 0, int inputs = 0, int steps = 0) {
  GoalOptions o;
  o.goal = goal;
  o.neurons = neurons;
  o.inputs = inputs;
  o.steps = steps;
  return o;
}

Goal named(const char* name) { return goal_named(name).value(); }

std::vector<Goal> all_goals() {
  std::vector<Goal> out;
  for (const GoalRow& row : goal_rows()) out.push_back(&row);
  return out;
}

Score scored(const GoalObjective& objective, const Rule& rule, const std::vector<double>& theta,
             std::size_t count = 40) {
  return objective.summarise(
      objective.compile({plan::lower(rule), {}, Precision::float64})->run(Part::test, count, theta));
}

double size(const std::vector<double>& x) {
  double squares = 0;
  for (double v : x) squares += v * v;
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("a world is the same whenever it is asked for, and another one in every part, number and seed") {
  for (Goal goal : all_goals()) {
    CAPTURE(std::string(name(goal)));
    const GoalObjective objective(of(goal), 7);
    const World first = objective.world(Part::search, 3);
    CHECK(objective.world(Part::search, 3).inputs == first.inputs);
    CHECK(objective.world(Part::validation, 3).inputs != first.inputs);
    CHECK(objective.world(Part::test, 3).inputs != first.inputs);
    CHECK(objective.world(Part::search, 4).inputs != first.inputs);
    CHECK(GoalObjective(of(goal), 8).world(Part::search, 3).inputs != first.inputs);
    CHECK(GoalObjective(of(goal), 8).content_hash() != objective.content_hash());
    CHECK(GoalObjective(of(goal), 7).content_hash() == objective.content_hash());
  }
}

TEST_CASE("inputs have the variance that a world says, and gaps in it are no smaller than promised") {
  for (Goal goal : {named("first_component"), named("sparse_coding")}) {
    CAPTURE(std::string(name(goal)));
    const int m = 4;
    const GoalObjective objective(of(goal, goal == named("sparse_coding") ? 4 : 1, m, 40000), 1);
    const World world = objective.world(Part::search, 0);
    for (std::size_t k = 0; k < m; ++k) {
      for (std::size_t l = 0; l < m; ++l) {
        double covariance = 0;
        double inner = 0;
        for (std::size_t j = 0; j < m; ++j) inner += world.directions[k * m + j] * world.directions[l * m + j];
        for (std::size_t t = 0; t < 40000; ++t) {
          double a = 0;
          double b = 0;
          for (std::size_t j = 0; j < m; ++j) {
            a += world.directions[k * m + j] * world.inputs[t * m + j];
            b += world.directions[l * m + j] * world.inputs[t * m + j];
          }
          covariance += a * b / 40000;
        }
        CHECK(inner == doctest::Approx(k == l ? 1 : 0).epsilon(1e-12));
        CHECK(std::abs(covariance - (k == l ? world.spectrum[k] : 0)) < 0.06 * world.spectrum[0]);
      }
      if (k > 0 && goal != named("sparse_coding")) CHECK(world.spectrum[k - 1] > 1.39 * world.spectrum[k]);
    }
  }
}

TEST_CASE("weights that reach the goal miss nothing, with either sign, and others do") {
  for (Goal goal : all_goals()) {
    CAPTURE(std::string(name(goal)));
    const GoalObjective objective(of(goal), 5);
    const World world = objective.world(Part::validation, 0);
    const auto n = static_cast<std::size_t>(objective.options().neurons);
    const auto m = static_cast<std::size_t>(objective.options().inputs);
    std::vector<double> there(n * m);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < m; ++j) {
        const double scale = goal == named("decorrelation") ? 1 / std::sqrt(world.spectrum[i]) : 1;
        there[i * m + j] = (i % 2 == 0 ? -1 : 1) * scale * world.directions[i * m + j];
      }
    }
    CHECK(size(deviations(objective.options().goal, world, there)) < 1e-12);
    if (n > 1) {
      // Cells in another order: still there but for the goal that has one.
      std::vector<double> turned = there;
      for (std::size_t j = 0; j < m; ++j) std::swap(turned[j], turned[m + j]);
      const double missed = size(deviations(objective.options().goal, world, turned));
      CHECK((goal == named("components") ? missed > 1 : missed < 1e-12));
      // Two neurons the same: they are never there.
      for (std::size_t j = 0; j < m; ++j) turned[j] = turned[m + j];
      CHECK(size(deviations(objective.options().goal, world, turned)) > 0.9);
    }
    CHECK(size(deviations(objective.options().goal, world, world.weights)) > 0.1);
    CHECK(deviations(objective.options().goal, world, there).size() * 4 == objective.answers(Part::search, 0));
  }
}

TEST_CASE("tangents agree with finite differences, for every goal") {
  const Rule rule = check_rule({"terms", R"(
param hebb = 0
param decay = 0
param triangular = 0
param cubic = 0
dw = hebb * post * pre' + decay * w + triangular * lower(post * post') * w + cubic * post.^3 * pre'
)"});
  const std::vector<double> theta = {0.01, -0.004, -0.012, -0.001};
  for (Goal goal : all_goals()) {
    for (Activation activation : {Activation::linear, Activation::tanh}) {
      CAPTURE(std::string(name(goal)));
      GoalOptions o = of(goal, 0, 0, 40);
      o.activation = activation;
      const GoalObjective objective(o, 2);
      const auto run = [&](const std::vector<double>& at, std::vector<int> directions) {
        return objective.compile({plan::lower(rule), std::move(directions), Precision::float64})
            ->run(Part::search, 2, at)[1];
      };
      const Outcome exact = run(theta, {0, 1, 2, 3});
      REQUIRE(exact.residuals.size() == objective.answers(Part::search, 1));
      for (std::size_t d = 0; d < 4; ++d) {
        constexpr double step = 1e-6;
        std::vector<double> above = theta;
        std::vector<double> below = theta;
        above[d] += step;
        below[d] -= step;
        const Outcome a = run(above, {});
        const Outcome b = run(below, {});
        double worst = 0;
        double largest = 0;
        for (std::size_t k = 0; k < exact.residuals.size(); ++k) {
          const double slope = (a.residuals[k] - b.residuals[k]) / (2 * step);
          worst = std::max(worst, std::abs(slope - exact.jacobian[k * 4 + d]));
          largest = std::max(largest, std::abs(slope));
        }
        CHECK(worst < 1e-6 * largest);
        CHECK(largest > 0);
      }
    }
  }
}

TEST_CASE(
    "a layer that does not learn has a loss of 1/2 in every world, and rules of the literature get near the goal") {
  struct Known {
    Goal goal;
    const char* dw;
    double eta;
  };
  const Known known[] = {{named("first_component"), "eta * (post * pre' - post.^2 .* w)", 0.02},
                         {named("subspace"), "eta * (post * pre' - post * post' * w)", 0.02},
                         {named("components"), "eta * (post * pre' - lower(post * post') * w)", 0.02},
                         {named("decorrelation"), "eta * (w - post * post' * w)", 0.02},
                         {named("sparse_coding"), "eta * (w - 1.4 * tanh(2 * post) * post' * w)", 0.01}};
  for (const Known& k : known) {
    CAPTURE(std::string(name(k.goal)));
    const GoalObjective objective(of(k.goal), 3);
    const Rule rule = check_rule({"known", std::string("param eta = 0\ndw = ") + k.dw});
    const Score still = scored(objective, rule, {0.0});
    for (double loss : still.losses) CHECK(loss == doctest::Approx(loss_of_no_change).epsilon(1e-12));
    CHECK(still.accuracy.mean < 1e-12);
    const Score learnt = scored(objective, rule, {k.eta});
    CHECK(learnt.diverged == 0);
    CHECK(learnt.loss.mean < 0.25 * loss_of_no_change);  // three quarters of the way
    CHECK(learnt.loss.mean < 0.5 * objective.score_of_zero_weights(Part::test, 40).loss.mean);
    // Noise of single inputs, which grows with the rate, keeps a rule from the goal itself.
    CHECK(scored(objective, rule, {4 * k.eta}).loss.mean > 0.5 * learnt.loss.mean);
    MESSAGE(std::string(name(k.goal)) << ": " << learnt.loss.mean);
  }
}

TEST_CASE("what blows up counts as twice a layer that does not learn") {
  const GoalObjective objective(of(named("first_component")), 1);
  const Rule rule = check_rule({"hebb", "param eta = 0\ndw = eta * post * pre'"});
  const Score s = scored(objective, rule, {100.0}, 4);
  CHECK(s.diverged == 4);
  CHECK(s.loss.mean == 2 * loss_of_no_change);
  CHECK(s.accuracy.mean == 0);
}

TEST_CASE("goals that can't be searched for are refused") {
  CHECK_HAS(error_of([] { of(named("first_component"), 2).completed(); }), "is a goal of 1 neuron");
  CHECK_HAS(error_of([] { of(named("components"), 4, 3).completed(); }), "no more neurons than inputs");
  CHECK_HAS(error_of([] { of(named("subspace"), 0, 1).completed(); }), "at least 2");
  // What is left open follows from what is said.
  CHECK(of(named("components"), 8).completed().inputs == 8);
  CHECK(of(named("components"), 0, 2).completed().neurons == 2);
  const GoalObjective objective(of(named("first_component")), 1);
  const Rule rule = check_rule({"delta", "param eta = 0\ndw = eta * err_post * pre'"});
  CHECK_HAS(error_of([&] { objective.compile({plan::lower(rule), {}, Precision::float64}); }), "err_post");
  for (const auto& [asked, text] :
       {std::pair{"err_pre", "param eta = 0\ndw = eta * post * err_pre'"},
        {"reward", "signal reward\nparam eta = 0\ndw = eta * reward * post * pre'"},
        {"attention", "signal attention: post\nparam eta = 0\ndw = eta * attention * pre'"}}) {
    const Rule told = check_rule({"told", text});
    CHECK_HAS(error_of([&] {
                objective.compile({plan::lower(told), {}, Precision::float64});
              }),
              std::string("the rule asks for ") + asked + ", but a goal gives neurons no");
  }
}
