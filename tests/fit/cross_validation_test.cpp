#include "fit/cross_validation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "../objectives/recordings/recorded.hpp"
#include "../search/quadratic_objective.hpp"
#include "fit/fit.hpp"
#include "fit/uncertainty.hpp"

using namespace rule_search;

TEST_CASE("every unit is scored by the coefficients that least squares without its fold have") {
  constexpr std::size_t units = 13;  // so that folds hold one unit or two
  test::QuadraticObjective objective = test::drawn({0.8, -0.5, 0.3}, 0.4, units, 1);
  // The ends of a fit of all units.
  const std::vector<double> theta = objective.optimum({true, true, true}, units);
  const Score s = cross_validated(test::terms_rule(3), theta, objective);
  REQUIRE(s.losses.size() == units);
  for (const Fold& fold : objective.folds(10)) {
    const auto& part = dynamic_cast<const test::QuadraticObjective&>(*fold.objective);
    const std::vector<double> without = part.optimum({true, true, true}, part.units(Part::search));
    for (std::size_t k = 0; k < fold.units.size(); ++k) {
      test::QuadraticObjective one = objective;
      one.of(Part::search) = {objective.of(Part::search)[fold.units[k]]};
      CHECK(s.losses[fold.units[k]] == doctest::Approx(one.loss(Part::search, 1, without)));
    }
  }
}

TEST_CASE("a coefficient of which one unit alone tells is 0 where that unit is judged") {
  test::QuadraticObjective objective = test::drawn({0.8, -0.5}, 0.1, 6, 2);
  for (std::size_t u = 1; u < 6; ++u) objective.of(Part::search)[u].effects.col(1).setZero();
  const std::vector<double> theta = objective.optimum({true, true}, 6);
  const Score s = cross_validated(test::terms_rule(2), theta, objective);
  test::QuadraticObjective rest = objective;
  rest.of(Part::search).erase(rest.of(Part::search).begin());
  const std::vector<double> without = rest.optimum({true, false}, 5);
  test::QuadraticObjective one = objective;
  one.of(Part::search).resize(1);
  CHECK(s.losses[0] == doctest::Approx(one.loss(Part::search, 1, without)).epsilon(0.01));
}

TEST_CASE("of recordings one step is as good as a fit without the fold") {
  for (double noise : {0.0, 0.05}) {
    CAPTURE(noise);
    std::vector<LayerRecording> some = test::recordings(noise, true, false);
    some.resize(7);
    const RecordingsObjective objective(some, {}, 1);
    const Rule rule = check_rule({"oja", "param a = 0 param b = 0\ndw = a * post * pre' - b * post * post' * w"});
    FitRequest request;
    request.objective = &objective;
    request.units = 7;
    request.iterations = 40;
    const std::vector<double> theta = fit(rule, {0.03, 0.03}, request).theta;
    const Score s = cross_validated(rule, theta, objective);
    for (const Fold& fold : objective.folds(10)) {
      FitRequest without = request;
      without.objective = fold.objective.get();
      without.units = 6;
      const std::vector<double> refitted = fit(rule, {0.03, 0.03}, without).theta;
      const double expected = score(rule, refitted, *fold.objective, Part::validation, 1).losses[0];
      CHECK(s.losses[fold.units[0]] == doctest::Approx(expected).epsilon(noise > 0 ? 0.01 : 1).scale(1e-9));
      // And worse than where the recording was fitted too, if there is anything to fit.
      if (noise > 0) CHECK(expected != score(rule, theta, objective, Part::search, 7).losses[fold.units[0]]);
    }
  }
}

TEST_CASE("intervals of few units hold what they say, also where one unit has most of the information") {
  // Residuals of 12 rows a unit; one unit of these acts six times as strongly.
  const std::vector<double> truth = {0.5, -0.3};
  for (const std::size_t units : {4U, 8U, 16U}) {
    for (const bool one_rules : {false, true}) {
      CAPTURE(units);
      CAPTURE(one_rules);
      int covered = 0;
      int all = 0;
      for (std::uint32_t seed = 1; seed <= 400; ++seed) {
        test::QuadraticObjective objective = test::drawn(truth, 0, units, seed);
        std::mt19937 random(1000 + seed);
        std::normal_distribution<double> normal;
        for (std::size_t u = 0; u < units; ++u) {
          test::LinearUnit& unit = objective.of(Part::search)[u];
          if (one_rules && u == 0) unit.effects *= 6;
          unit.target = unit.effects * Eigen::Vector2d(truth[0], truth[1]);
          for (double& x : unit.target) x += 0.5 * normal(random);
        }
        const std::vector<double> theta = objective.optimum({true, true}, units);
        FitRequest request;
        request.objective = &objective;
        request.units = units;
        const Certainty sure = certainty_of_few(quadratic_model(test::terms_rule(2), theta, request), 0);
        for (std::size_t k = 0; k < 2; ++k) {
          const double half = t_quantile(0.95, sure.degrees[k]) * sure.standard_errors[k];
          covered += std::abs(theta[k] - truth[k]) <= half;
          ++all;
        }
      }
      const double share = static_cast<double>(covered) / all;
      CHECK(share > 0.92);
      // Student's t of one degree of freedom is more careful than it need be.
      if (!one_rules) CHECK(share < 0.98);
    }
  }
}

TEST_CASE("an interval of residuals that are alike in a unit is wider than one that takes them for independent") {
  test::QuadraticObjective objective = test::drawn({0.5}, 0, 8, 1);
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  for (test::LinearUnit& unit : objective.of(Part::search)) {
    unit.effects.setOnes();
    unit.target.setConstant(0.5 + normal(random));
  }
  const std::vector<double> theta = objective.optimum({true}, 8);
  FitRequest request;
  request.objective = &objective;
  request.units = 8;
  const Certainty sure = certainty_of_few(quadratic_model(test::terms_rule(1), theta, request), 0);
  double squares = 0;
  for (const test::LinearUnit& unit : objective.of(Part::search)) squares += std::pow(unit.target[0] - theta[0], 2);
  // That of a mean of eight numbers.
  CHECK(sure.standard_errors[0] == doctest::Approx(std::sqrt(squares / 7 / 8)).epsilon(1e-6));
  CHECK(sure.degrees[0] == doctest::Approx(7));
  // Where nothing is left an interval is no narrower than a fit ends.
  for (test::LinearUnit& unit : objective.of(Part::search)) unit.target.setConstant(0.5);
  const Certainty exact = certainty_of_few(quadratic_model(test::terms_rule(1), {0.5}, request), 1e-12);
  CHECK(0.5 * std::pow(exact.standard_errors[0], 2) == doctest::Approx(1e-12).epsilon(1e-6));
}
