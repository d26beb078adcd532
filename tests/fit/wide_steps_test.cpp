#include "fit/wide_steps.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "../search/quadratic_objective.hpp"
#include "expression/rule.hpp"

using namespace rule_search;

namespace {

// Losses that are quadratic in the logarithms of coefficients, with the least of every unit at another place.
test::QuadraticObjective valley(std::size_t units, std::mt19937_64& random, double spread) {
  test::QuadraticObjective out;
  out.names = {"a", "b"};
  out.logarithmic = "all";
  out.how.differs_widely = true;
  std::normal_distribution<double> normal(0, spread);
  for (std::size_t u = 0; u < units; ++u) {
    test::LinearUnit unit{Eigen::MatrixXd(2, 2), Eigen::VectorXd(2)};
    unit.effects << 1, 0.5, 0.2, 1;
    unit.target = unit.effects * Eigen::Vector2d(std::log(0.3) + normal(random), std::log(2.0) + normal(random));
    out.of(Part::search).push_back(unit);
  }
  return out;
}

const Rule rule_of_two() { return check_rule({"test", "param a = 0.3\nparam b = 2\ndw = a * post * pre' - b * w"}); }

FitRequest request_of(const Objective& objective, std::size_t units) {
  FitRequest out;
  out.objective = &objective;
  out.units = units;
  out.tempered = false;
  return out;
}

}  // namespace

TEST_CASE("over wide steps a loss that is quadratic in logarithms is found exactly") {
  std::mt19937_64 random(1);
  const test::QuadraticObjective objective = valley(3, random, 0.2);
  const std::vector<double> theta = {0.4, 1.7};
  const QuadraticModel model = model_over_wide_steps(rule_of_two(), theta, request_of(objective, 3));
  REQUIRE(model.usable);
  for (std::size_t u = 0; u < 3; ++u) {
    const test::LinearUnit& unit = objective.of(Part::search)[u];
    const Eigen::Vector2d z(std::log(theta[0]), std::log(theta[1]));
    const Eigen::Vector2d slope = unit.effects.transpose() * (unit.effects * z - unit.target) / 2;
    const Eigen::Matrix2d bend = unit.effects.transpose() * unit.effects / 2;
    for (int a = 0; a < 2; ++a) {
      CHECK(model.unit_gradient[2 * u + a] == doctest::Approx(slope(a) / theta[a]).epsilon(1e-9));
      for (int b = 0; b < 2; ++b)
        CHECK(model.unit_curvature[4 * u + 2 * a + b] ==
              doctest::Approx(bend(a, b) / (theta[a] * theta[b])).epsilon(1e-9));
    }
  }
}

TEST_CASE("intervals over wide steps hold the least of all units as often as they say") {
  std::mt19937_64 random(2);
  const double unbounded = std::numeric_limits<double>::infinity();
  int held[2] = {0, 0};
  constexpr int repeats = 300;
  for (int k = 0; k < repeats; ++k) {
    constexpr std::size_t units = 16;
    const test::QuadraticObjective objective = valley(units, random, 0.4);
    // Where a fit would end that met the units' own least nearly.
    Eigen::Vector2d least = Eigen::Vector2d::Zero();
    for (const test::LinearUnit& u : objective.of(Part::search)) least += u.effects.inverse() * u.target / units;
    const std::vector<double> theta = {std::exp(least(0) + 0.03), std::exp(least(1) - 0.03)};
    const QuadraticModel model = model_over_wide_steps(rule_of_two(), theta, request_of(objective, units));
    const Certainty sure = certainty_of_wide_steps(model, theta, {-unbounded, -unbounded}, {unbounded, unbounded},
                                                   static_cast<std::uint64_t>(k));
    const double truth[2] = {0.3, 2.0};
    for (const int e : {0, 1}) held[e] += sure.low[e] <= truth[e] && truth[e] <= sure.high[e];
  }
  for (const int e : {0, 1}) {
    INFO(held[e]);
    CHECK(held[e] >= 0.92 * repeats);
    CHECK(held[e] <= 0.98 * repeats);
  }
}

TEST_CASE("an interval over wide steps does not end where the loss does not tell") {
  std::mt19937_64 random(3);
  test::QuadraticObjective objective = valley(16, random, 0.4);
  std::normal_distribution<double> least(std::log(2.0), 0.4);
  for (test::LinearUnit& u : objective.of(Part::search)) {
    u.effects.col(0).setZero();  // a does nothing
    u.target = u.effects.col(1) * least(random);
  }
  const std::vector<double> theta = {0.3, 2.0};
  const QuadraticModel model = model_over_wide_steps(rule_of_two(), theta, request_of(objective, 16));
  REQUIRE(model.usable);
  const double unbounded = std::numeric_limits<double>::infinity();
  const auto certain = [&](const QuadraticModel& m) {
    return certainty_of_wide_steps(m, theta, {0, -unbounded}, {unbounded, unbounded}, 1);
  };
  const auto check = [](const Certainty& sure) {
    CHECK(sure.low[0] == 0);
    CHECK(sure.high[0] == std::numeric_limits<double>::infinity());
    CHECK(sure.half(0) == std::numeric_limits<double>::infinity());
    CHECK(sure.low[1] > 1);
    CHECK(sure.high[1] < 4);
  };
  check(certain(model));
  // The same where the loss has noise.
  QuadraticModel noisy = model;
  std::normal_distribution<double> normal(0, 1e-6);
  for (std::size_t u = 0; u < 16; ++u) {
    noisy.unit_gradient[2 * u] = normal(random);
    noisy.unit_curvature[4 * u] = normal(random);
  }
  check(certain(noisy));
}

TEST_CASE("wide steps are shorter where units diverge, and there are none of many entries") {
  std::mt19937_64 random(4);
  test::QuadraticObjective objective = valley(4, random, 0.2);
  objective.blows_up = [](std::size_t, const Eigen::VectorXd& z) { return z(0) > std::log(0.5); };
  CHECK(model_over_wide_steps(rule_of_two(), {0.3, 2.0}, request_of(objective, 4)).usable);
  objective.blows_up = [](std::size_t, const Eigen::VectorXd& z) { return z(0) > std::log(0.31); };
  CHECK_FALSE(model_over_wide_steps(rule_of_two(), {0.3, 2.0}, request_of(objective, 4)).usable);
  CHECK(runs_over_wide_steps(16, 2) == 16 * 7);
  CHECK(runs_over_wide_steps(16, most_entries_in_wide_steps + 1) == 0);
}
