#include "search/screening.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

// What the loss really falls by when a term joins and all are fitted.
double exact_gain(const test::QuadraticObjective& objective, std::vector<bool> in, std::size_t term,
                  std::size_t count) {
  const double before = objective.least(in, count);
  in[term] = true;
  return before - objective.least(in, count);
}

std::vector<std::size_t> order_of(const Screening& screening) {
  std::vector<std::size_t> out;
  for (const Entrant& e : screening.entrants) out.push_back(e.parameter);
  return out;
}

// Terms that are out, by what they gain on the first `count` units, the best first.
std::vector<std::size_t> by_gain(const test::QuadraticObjective& objective, const std::vector<bool>& in,
                                 std::size_t count) {
  std::vector<std::pair<double, std::size_t>> gains;
  for (std::size_t r = 0; r < in.size(); ++r) {
    if (!in[r]) gains.emplace_back(-exact_gain(objective, in, r, count), r);
  }
  std::sort(gains.begin(), gains.end());
  std::vector<std::size_t> out;
  for (const auto& [gain, r] : gains) out.push_back(r);
  return out;
}

test::QuadraticObjective correlated(std::uint32_t seed) {
  return test::correlated({0.7, -0.4, 0.5, 0.3, -0.6, 0.2}, 6, seed);
}

}  // namespace

TEST_CASE("candidates are ranked by what the loss falls by when they join, the others refitted") {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    const test::QuadraticObjective objective = correlated(seed);
    test::Bench b(test::terms_rule(6), objective, test::options_for(6));
    for (const std::vector<bool>& in : {b.in({}), b.in({2}), b.in({0, 4})}) {
      const Trial now = b.fitted(in);
      const Screening screening = screen(b.bench, now);
      REQUIRE(screening.usable);
      CHECK(screening.loss == doctest::Approx(objective.least(in, 6)).epsilon(1e-4));
      CHECK(order_of(screening) == by_gain(objective, in, 6));
      for (const Entrant& e : screening.entrants) {
        CHECK(e.gain.mean == doctest::Approx(exact_gain(objective, in, e.parameter, 6)).epsilon(2e-3));
        CHECK(e.gain.low <= e.gain.mean);
        CHECK(e.gain.high >= e.gain.mean);
        CHECK(e.gain.low >= 0);
      }
    }
  }
}

TEST_CASE("the way in that is tried first leads to the gain that was promised") {
  const test::QuadraticObjective objective = correlated(2);
  test::Bench b(test::terms_rule(6), objective, test::options_for(6));
  const std::vector<bool> in = b.in({1, 3});
  const Trial now = b.fitted(in);
  const Screening screening = screen(b.bench, now);
  for (const Entrant& e : screening.entrants) {
    const auto along = [&](double length) {
      std::vector<double> theta = now.theta;
      for (std::size_t k = 0; k < theta.size(); ++k) theta[k] += length * e.direction[k];
      return objective.loss(Part::search, 6, theta);
    };
    // The loss along the line is a parabola, which three points tell.
    const double here = along(0);
    CHECK(along(1) + along(-1) - 2 * here == doctest::Approx(1).epsilon(1e-5));
    const double slope = (along(1) - along(-1)) / 2;
    CHECK(slope < 0);  // forwards is downwards
    CHECK(slope * slope / 2 == doctest::Approx(exact_gain(objective, in, e.parameter, 6)).epsilon(2e-3));
    for (std::size_t k = 0; k < 6; ++k) {
      if (!in[k] && k != e.parameter) CHECK(e.direction[k] == 0);
    }
  }
}

TEST_CASE("of many candidates those that look best on a quarter of the units are ranked again on all") {
  constexpr std::size_t many = 40;
  std::vector<double> truth(many, 0.0);
  truth[17] = 1;
  truth[31] = -0.8;
  truth[3] = 0.6;
  const test::QuadraticObjective objective = test::drawn(truth, 0.5, 16, 5);
  test::Bench b(test::terms_rule(many), objective, test::options_for(16));
  for (const std::vector<bool>& in : {b.in({}), b.in({17})}) {
    const std::size_t before = b.bench.screenings();
    const Trial now = b.fitted(in);
    const Screening screening = screen(b.bench, now);
    REQUIRE(screening.usable);
    std::vector<std::size_t> best_of_few = by_gain(objective, in, 4);
    best_of_few.resize(24);
    std::sort(best_of_few.begin(), best_of_few.end());
    std::vector<std::size_t> looked_at = order_of(screening);
    std::sort(looked_at.begin(), looked_at.end());
    CHECK(looked_at == best_of_few);
    const std::vector<std::size_t> on_all = by_gain(objective, in, 16);
    CHECK(order_of(screening).front() == on_all.front());
    double last = std::numeric_limits<double>::infinity();
    for (const Entrant& e : screening.entrants) {
      CHECK(e.gain.mean == doctest::Approx(exact_gain(objective, in, e.parameter, 16)).epsilon(2e-3));
      CHECK(e.gain.mean <= last);
      last = e.gain.mean;
    }
    // The report says of how many the gain was predicted, and of the first ten what it was.
    CHECK(b.bench.screenings() - before == on_all.size());
  }
  REQUIRE(b.bench.screened().size() == 20);
  CHECK(b.bench.screened()[0].parameter == "t17");
  CHECK(b.bench.screened()[0].size == 0);
  CHECK(b.bench.screened()[10].parameter == "t31");
  CHECK(b.bench.screened()[10].size == 1);
}

TEST_CASE("terms with a number for each connection gain what their numbers gain together, however many blocks") {
  // 14 terms of two entries each: more than one pass differentiates by, fewer than are screened twice.
  constexpr std::size_t terms = 14;
  std::vector<double> truth(2 * terms, 0.0);
  truth[6] = 0.5;
  truth[7] = -0.5;
  test::QuadraticObjective objective = test::drawn(truth, 0.3, 8, 7);
  objective.connected = 2;
  Rule rule = test::terms_rule(terms);
  objective.names.clear();
  for (Parameter& p : rule.parameters) p.per_layer = true;
  objective.names = ParameterLayout(rule.parameters, 2).names;
  test::Bench b(rule, objective, test::options_for(8));
  Trial nothing{std::vector<bool>(terms, false), b.bench.nothing_in()};
  const Screening screening = screen(b.bench, nothing);
  REQUIRE(screening.usable);
  REQUIRE(screening.entrants.size() == terms);
  CHECK(screening.entrants.front().parameter == 3);
  for (const Entrant& e : screening.entrants) {
    std::vector<bool> free(2 * terms, false);
    const double none = objective.least(free, 8);
    free[2 * e.parameter] = free[2 * e.parameter + 1] = true;
    CHECK(e.gain.mean == doctest::Approx(none - objective.least(free, 8)).epsilon(1e-4));
  }
}

TEST_CASE("a gain that units do not agree on may be none, one that all show is not") {
  test::QuadraticObjective objective = test::drawn({0, 0}, 0, 8, 3);
  auto& units = objective.of(Part::search);
  for (std::size_t u = 0; u < units.size(); ++u) {
    // t0 helps in every unit; t1 in three of eight as much as it harms in the others.
    units[u].target = units[u].effects.col(0) + (u % 8 < 3 ? 1 : -1) * units[u].effects.col(1);
  }
  test::Bench b(test::terms_rule(2), objective, test::options_for(8));
  const Screening screening = screen(b.bench, {b.in({}), b.bench.nothing_in()});
  REQUIRE(screening.entrants.size() == 2);
  CHECK(screening.entrants[0].parameter == 0);
  CHECK(screening.entrants[0].gain.low > 0);
  CHECK(screening.entrants[1].gain.low == 0);
  CHECK(screening.entrants[1].gain.high > screening.entrants[1].gain.mean);
}

TEST_CASE("one candidate alone is promised the same as among others") {
  const test::QuadraticObjective objective = correlated(4);
  test::Bench b(test::terms_rule(6), objective, test::options_for(6));
  const Trial now = b.fitted(b.in({5}));
  for (const Entrant& e : screen(b.bench, now).entrants) {
    const std::optional<Entrant> alone = screen_one(b.bench, now, e.parameter, 6);
    REQUIRE(alone);
    CHECK(alone->parameter == e.parameter);
    CHECK(alone->gain.mean == doctest::Approx(e.gain.mean));
    CHECK(test::apart(alone->direction, e.direction) < 1e-9);
  }
}

TEST_CASE("nothing is promised where a unit diverges") {
  test::QuadraticObjective objective = correlated(4);
  objective.blows_up = [](std::size_t unit, const Eigen::VectorXd&) { return unit == 4; };
  test::Bench b(test::terms_rule(6), objective, test::options_for(6));
  const Trial nothing{b.in({}), b.bench.nothing_in()};
  CHECK_FALSE(screen(b.bench, nothing).usable);
  CHECK(screen(b.bench, nothing).entrants.empty());
  CHECK_FALSE(screen_one(b.bench, nothing, 1, 6));
  CHECK(screen_one(b.bench, nothing, 1, 4));
}
