// The workbench and what is no coefficient: time constants, thresholds, exponents, and their bounds.
#include <doctest/doctest.h>

#include "quadratic_objective.hpp"
#include "search/workbench.hpp"

using namespace rule_search;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// A memory that one of three terms needs, with its time constant.
Rule rule_with_memory() {
  return check_rule(
      {"memory",
       "param a = 0 param tau = 20 ms in [1 ms, 1 s] param b = 0 in [-0.5, 0.5] param c = 0.2 in [0.1, inf]\n"
       "state trace: pre = 0\n"
       "next trace = trace + 1 ms / tau * (pre - trace)\n"
       "dw = a * post * trace' + b * post * pre' + c * w\n"});
}

test::QuadraticObjective with_memory() {
  test::QuadraticObjective objective = test::drawn({0.4, -3, 0.3, 0.5}, 0.2, 6, 2);
  objective.names = {"a", "tau", "b", "c"};
  objective.logarithmic = "tau";
  return objective;
}

}  // namespace

TEST_CASE("coefficients that are too large for some units shrink until none diverges, and time constants do not") {
  test::QuadraticObjective objective = with_memory();
  objective.blows_up = [](std::size_t unit, const Eigen::VectorXd& theta) {
    return unit == 5 && std::abs(theta(0)) > 0.6;
  };
  test::Bench b(rule_with_memory(), objective, test::options_for(6));
  const Trial start{{true, false, true, true}, {1, 0.05, 0.5, 0.11}};
  CHECK(b.bench.loss(start, 6) == infinite);
  const Trial steady = b.bench.steadied(start, 6);
  CHECK(std::isfinite(steady.loss));
  CHECK(steady.theta[0] == doctest::Approx(0.8 * 0.8 * 0.8));
  CHECK(steady.theta[2] == doctest::Approx(0.5 * 0.8 * 0.8 * 0.8));
  CHECK(steady.theta[1] == 0.05);
  CHECK(steady.theta[3] == 0.1);  // its lower bound
  CHECK(steady.in == start.in);
  // On five units it is steady as it is, and only its loss is new.
  const Trial as_it_is = b.bench.steadied(start, 5);
  CHECK(as_it_is.theta == start.theta);
  CHECK(as_it_is.loss == doctest::Approx(objective.loss(Part::search, 5, {1, std::log(0.05), 0.5, 0.11})));

  objective.blows_up = [](std::size_t, const Eigen::VectorXd&) { return true; };
  test::Bench never_steady(rule_with_memory(), objective, test::options_for(6));
  CHECK(never_steady.bench.steadied(start, 6).loss == infinite);
}

TEST_CASE("no step takes a time constant to 0 or a coefficient beyond its bounds") {
  const test::QuadraticObjective objective = with_memory();
  test::Bench b(rule_with_memory(), objective, test::options_for(6));
  CHECK(b.bench.moved(0, 1, 0.25) == 1.25);
  CHECK(b.bench.moved(0, 1, -4) == -3);
  CHECK(b.bench.moved(2, 0.4, 0.3) == 0.5);
  CHECK(b.bench.moved(2, -0.4, -0.3) == -0.5);
  // 20 ms and a step of -0.1 s would be -80 ms.
  CHECK(b.bench.moved(1, 0.02, -0.1) == 0.001);
  CHECK(b.bench.moved(1, 0.02, -0.01) == doctest::Approx(0.02 * std::exp(-0.5)));
  CHECK(b.bench.moved(1, 0.02, 0.01) == doctest::Approx(0.02 * std::exp(0.5)));
  CHECK(b.bench.moved(1, 0.02, 1e3) == 1);
  // Small steps are what they are to first order, so that slopes and steps fit together.
  CHECK(b.bench.moved(1, 0.02, 1e-6) == doctest::Approx(0.02 + 1e-6).epsilon(1e-8));
}

TEST_CASE("a time constant is in a rule as long as a term needs it, and in no trial") {
  const test::QuadraticObjective objective = with_memory();
  test::Bench b(rule_with_memory(), objective, test::options_for(6));
  CHECK_FALSE(b.bench.is_term(1));
  CHECK(b.bench.is_term(0));
  CHECK(b.bench.nothing_in() == std::vector<double>{0, 0.02, 0, 0});
  CHECK(b.bench.entries_in({true, false, false, false}) == std::vector<int>{0, 1});
  CHECK(b.bench.entries_in({false, false, true, true}) == std::vector<int>{2, 3});

  const FittedRule with = b.bench.rule_of({{true, false, true, false}, {0.3, 0.04, -0.2, 0}, 0.7});
  REQUIRE(with.rule.parameters.size() == 3);
  CHECK(with.rule.parameters[0].name == "a");
  CHECK(with.rule.parameters[1].name == "tau");
  CHECK(with.rule.parameters[2].name == "b");
  CHECK(with.theta == std::vector<double>{0.3, 0.04, -0.2});
  CHECK(with.fit_loss == 0.7);
  CHECK(with.rule.states.size() == 1);

  const FittedRule without = b.bench.rule_of({{false, false, true, true}, {0, 0.04, -0.2, 0.6}, 0.7});
  REQUIRE(without.rule.parameters.size() == 2);
  CHECK(without.theta == std::vector<double>{-0.2, 0.6});
  CHECK(without.rule.states.empty());
}

TEST_CASE("a time constant is fitted with its term, and forgotten by no other") {
  const test::QuadraticObjective objective = with_memory();
  test::Bench b(rule_with_memory(), objective, test::options_for(6));
  const Trial fitted = b.bench.fit({{true, false, true, true}, b.bench.layout().initial}, 6, 60);
  std::vector<double> optimum = objective.optimum({true, true, true, true}, 6);
  REQUIRE(std::abs(optimum[2]) < 0.5);
  REQUIRE(optimum[3] > 0.1);
  optimum[1] = std::exp(optimum[1]);
  REQUIRE(optimum[1] > 0.001);
  CHECK(test::apart(fitted.theta, optimum) < 1e-2);
  // Where no term needs it, it waits at its value for one that does.
  const Trial rest = b.bench.fit({{false, false, true, true}, fitted.theta}, 6, 30);
  CHECK(rest.theta[1] == fitted.theta[1]);
  CHECK(rest.theta[0] == 0);
}

TEST_CASE("a shape parameter begins where its file says, is moved within its bounds, and stands at any value") {
  const Rule rule = check_rule({"thresholds",
                                "param a = 0 param theta = -0.3 in [-0.9, 0.9] param b = 0\n"
                                "dw = a * relu(post - theta * ones_post) * pre' + b * w"});
  test::QuadraticObjective objective = test::drawn({0.7, -0.4, 0.5}, 0.1, 8, 1);
  objective.names = {"a", "theta", "b"};
  test::Bench b(rule, objective, test::options_for(8));
  CHECK_FALSE(b.bench.is_term(1));
  CHECK(b.bench.nothing_in() == std::vector<double>{0, -0.3, 0});
  CHECK(b.bench.entries_in({true, false, false}) == std::vector<int>{0, 1});
  CHECK(b.bench.entries_in({false, false, true}) == std::vector<int>{2});
  CHECK(b.bench.moved(1, -0.3, 0.5) == doctest::Approx(0.2));
  CHECK(b.bench.moved(1, -0.3, 5) == 0.9);
  const Trial fitted = b.bench.fit({{true, false, true}, b.bench.nothing_in()}, 8, 60);
  CHECK(test::apart(fitted.theta, objective.optimum({true, true, true}, 8)) < 1e-3);
  CHECK(fitted.size() == 2);
  const Trial rest = b.bench.fit({{false, false, true}, fitted.theta}, 8, 30);
  CHECK(rest.theta[0] == 0);
  CHECK(rest.theta[1] == fitted.theta[1]);
}

TEST_CASE("what two terms need only together is fitted with both") {
  const Rule rule = check_rule({"product",
                                "param a = 0 param b = 0 param theta = 0.3\n"
                                "dw = a * b * relu(post - theta * ones_post) * pre' + a * w"});
  test::QuadraticObjective objective;
  objective.names = {"a", "b", "theta"};
  test::Bench bench(rule, objective, test::options_for(6));
  CHECK(bench.bench.entries_in({true, false, false}) == std::vector<int>{0});
  CHECK(bench.bench.entries_in({true, true, false}) == std::vector<int>{0, 1, 2});
}

TEST_CASE("what must be in a rule can't be taken out of it") {
  const test::QuadraticObjective objective = with_memory();
  SearchOptions options = test::options_for(6);
  options.constraints.must = {"a"};
  test::Bench b(rule_with_memory(), objective, options);
  CHECK_FALSE(b.bench.may_be_zero(0));  // asked for
  CHECK(b.bench.may_be_zero(2));
  CHECK_FALSE(b.bench.may_be_zero(3));  // its bounds exclude 0
}
