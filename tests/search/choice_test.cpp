#include "search/choice.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "quadratic_objective.hpp"
#include "search/curve.hpp"
#include "search/prune.hpp"
#include "search/rounding.hpp"

using namespace rule_search;

namespace {

constexpr std::size_t units = 40;

// Three terms make the target, three do nothing.
test::QuadraticObjective half_idle(std::uint32_t seed = 1) {
  return test::drawn({0.8, 0, -0.5, 0, 0.3, 0}, 0.3, units, seed);
}

// The front from all terms down to one.
Front pruned(test::Bench& b) {
  Front front;
  std::vector<bool> all;
  for (std::size_t r = 0; r < b.bench.parameters(); ++r) all.push_back(b.bench.is_term(r));
  keep(front, b.bench.fit({all, b.bench.layout().initial}, b.bench.options().fit_units, 30));
  prune(b.bench, front);
  return front;
}

// Significant digits of a number as it is printed in the shortest way.
int digits(double value) {
  for (int n = 1; n < 17; ++n) {
    if (std::strtod(fmt::format("{:.{}e}", value, n - 1).c_str(), nullptr) == value) return n;
  }
  return 17;
}

// Huber's sandwich, by unit: curvature^-1 (sum of squared slopes) curvature^-1.
Eigen::VectorXd sandwich(const test::QuadraticObjective& objective, const std::vector<std::size_t>& in,
                         const std::vector<double>& theta) {
  const auto n = static_cast<Eigen::Index>(in.size());
  const Eigen::Map<const Eigen::VectorXd> at(theta.data(), static_cast<Eigen::Index>(theta.size()));
  Eigen::MatrixXd curvature = Eigen::MatrixXd::Zero(n, n);
  Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(n, n);
  for (std::size_t u = 0; u < units; ++u) {
    const test::LinearUnit& unit = objective.of(Part::search)[u];
    const Eigen::MatrixXd effects = unit.effects(Eigen::all, in);
    const double share = static_cast<double>(unit.target.size());
    curvature += effects.transpose() * effects / share;
    const Eigen::VectorXd slope = effects.transpose() * (unit.effects * at - unit.target) / share;
    slopes += slope * slope.transpose();
  }
  const Eigen::MatrixXd inverse = curvature.inverse();
  return (inverse * slopes * inverse).diagonal().cwiseSqrt();
}

}  // namespace

TEST_CASE("the rule that is chosen has the terms that do something, and none that does nothing") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const test::QuadraticObjective objective = half_idle(seed);
    test::Bench b(test::terms_rule(6), objective, test::options_for(units));
    const Choice choice = choose(b.bench, pruned(b));
    CHECK(choice.exact.in == b.in({0, 2, 4}));
    CHECK(test::apart(choice.exact.theta, objective.optimum(choice.exact.in, units)) < 2e-3);
    CHECK(choice.why.find("have the least loss on 40 validation units after fitting on 40") != std::string::npos);
    CHECK(choice.why.find("every other removal costs more than the noise") != std::string::npos);
  }
}

TEST_CASE("the path leads from the largest rule to one term, and its losses are those of held-out units") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(6), objective, test::options_for(units));
  const Choice choice = choose(b.bench, pruned(b));
  REQUIRE(choice.path.size() == 6);
  double least = std::numeric_limits<double>::infinity();
  for (const PathStep& step : choice.path) least = std::min(least, step.validation.loss.mean);
  for (std::size_t k = 0; k < 6; ++k) {
    const PathStep& step = choice.path[k];
    CHECK(terms_of(step.fitted.rule) == 6 - k);
    CHECK(step.excess.mean == doctest::Approx(step.validation.loss.mean - least));
    std::vector<double> theta(6, 0.0);
    for (std::size_t p = 0; p < step.fitted.theta.size(); ++p)
      theta[static_cast<std::size_t>(b.rule.parameter_index(step.fitted.rule.parameters[p].name))] =
          step.fitted.theta[p];
    CHECK(step.validation.loss.mean == doctest::Approx(objective.loss(Part::validation, units, theta)));
  }
  REQUIRE(choice.chosen < 6);
  CHECK(choice.path[choice.chosen].fitted.theta == b.bench.rule_of(choice.exact).theta);
}

TEST_CASE("the removal of every term that is reported was refitted as the whole was") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(6), objective, test::options_for(units));
  const Choice choice = choose(b.bench, pruned(b));
  REQUIRE(choice.without.size() == 3);
  std::size_t k = 0;
  for (std::size_t r : {0, 2, 4}) {
    std::vector<bool> rest = choice.exact.in;
    rest[r] = false;
    CHECK(choice.without[k].in == rest);
    CHECK(choice.without[k].loss == doctest::Approx(objective.least(rest, units)).epsilon(2e-3));
    ++k;
  }
}

TEST_CASE("standard errors are those of the sandwich formula over units") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(6), objective, test::options_for(units));
  const Choice choice = choose(b.bench, pruned(b));
  const Eigen::VectorXd expected = sandwich(objective, {0, 2, 4}, choice.exact.theta);
  REQUIRE(choice.certainty.standard_errors.size() == 3);
  // Up to what is made of few units.
  for (std::size_t k = 0; k < 3; ++k)
    CHECK(choice.certainty.standard_errors[k] == doctest::Approx(expected(static_cast<Eigen::Index>(k))).epsilon(0.03));
}

TEST_CASE("what differs by less than the objective's tolerance is not worth a term") {
  test::QuadraticObjective objective = half_idle();
  test::Bench strict(test::terms_rule(6), objective, test::options_for(units));
  CHECK(choose(strict.bench, pruned(strict)).exact.in[4]);
  // t4 explains 0.3^2 / 2 of the loss, which is more than the noise, but not more than this.
  objective.how.tolerance = 0.1;
  test::Bench lenient(test::terms_rule(6), objective, test::options_for(units));
  CHECK(choose(lenient.bench, pruned(lenient)).exact.in == lenient.in({0, 2}));
}

TEST_CASE("what every unit shows is not hidden by one unit that is off by orders of magnitude, where ratios compare") {
  // t1 helps a little in every unit, and in one of those that choose ten thousand times as much: by the mean that unit
  // alone would speak for it.
  test::QuadraticObjective objective = test::drawn({1, 0.1}, 0.05, units, 3);
  test::LinearUnit& odd = objective.of(Part::validation).back();
  odd.target += 0.1 * 99 * odd.effects.col(1);
  odd.effects.col(1) *= 100;
  test::Bench means(test::terms_rule(2), objective, test::options_for(units));
  CHECK(choose(means.bench, pruned(means)).exact.in == means.in({0}));
  objective.how.compares_by_ratios = true;
  test::Bench ratios(test::terms_rule(2), objective, test::options_for(units));
  CHECK(choose(ratios.bench, pruned(ratios)).exact.in == ratios.in({0, 1}));
}

TEST_CASE("a term that must be in the rule is chosen though it does nothing") {
  const test::QuadraticObjective objective = half_idle();
  SearchOptions options = test::options_for(units);
  options.constraints.must = {"t1"};
  test::Bench b(test::terms_rule(6, {{3, "param t3 = 0.02 in [0.01, inf]"}}), objective, options);
  const Choice choice = choose(b.bench, pruned(b));
  CHECK(choice.exact.in == b.in({0, 1, 2, 3, 4}));
  CHECK(choice.exact.theta[3] >= 0.01);
  // And no rule of the path is without it, down to the smallest.
  for (const PathStep& step : choice.path) {
    CHECK(step.fitted.rule.parameter_index("t1") >= 0);
    CHECK(step.fitted.rule.parameter_index("t3") >= 0);
  }
}

TEST_CASE("coefficients have no digit that means nothing, and all that mean something") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(6), objective, test::options_for(units));
  const Choice choice = choose(b.bench, pruned(b));
  const FittedRule rounded = round_coefficients(b.bench, choice);
  const std::vector<double> exact = b.bench.rule_of(choice.exact).theta;
  REQUIRE(rounded.theta.size() == 3);
  std::vector<double> all(6, 0.0);
  for (std::size_t k = 0; k < 3; ++k) {
    const double half = choice.certainty.standard_errors[k] / 2;
    CHECK(std::abs(rounded.theta[k] - exact[k]) <= half);
    // Errors are near 0.014, so that of 0.8 two digits are enough.
    CHECK(digits(rounded.theta[k]) <= 2);
    all[2 * k] = rounded.theta[k];
  }
  // Rounding costs next to nothing on the units that choose.
  CHECK(objective.loss(Part::validation, units, all) <
        objective.loss(Part::validation, units, choice.exact.theta) + 1e-3);
}

TEST_CASE("rounding does not leave the bounds, and stays as near as elsewhere") {
  const test::QuadraticObjective objective = half_idle();
  for (double bound : {0.2861, 0.25987654321, 0.2461, 0.247, 0.2955, 0.149}) {
    CAPTURE(bound);
    test::Bench b(test::terms_rule(6, {{4, fmt::format("param t4 = 0 in [-1, {}]", bound)}}), objective,
                  test::options_for(units));
    const Choice choice = choose(b.bench, pruned(b));
    REQUIRE(choice.exact.in == b.in({0, 2, 4}));
    REQUIRE(choice.exact.theta[4] == bound);
    const double value = round_coefficients(b.bench, choice).theta[2];
    CHECK(value <= bound);
    CHECK(bound - value <= choice.certainty.standard_errors[2] / 2);
  }
}

TEST_CASE("the curve begins at nothing learnt and ends where the reported coefficients are") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(6), objective, test::options_for(units));
  Choice choice = choose(b.bench, pruned(b));
  const Curve curve = curve_of_found(b.bench, choice);
  REQUIRE(curve.points.size() >= 2);
  CHECK(curve.points.front().loss.mean ==
        doctest::Approx(objective.loss(Part::validation, units, std::vector<double>(6, 0.0))));
  CHECK(curve.points.back().loss.mean ==
        doctest::Approx(objective.loss(Part::validation, units, choice.exact.theta)).epsilon(1e-3));
  CHECK(curve.ends_as_reported);
  // Coefficients that were reached on another way, and where this one does not lead, are not passed off as its end.
  choice.exact.theta[0] += 10 * choice.certainty.standard_errors[0];
  CHECK_FALSE(curve_of_found(b.bench, choice).ends_as_reported);
}
