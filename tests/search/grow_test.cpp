#include "search/grow.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

// Every rule of the front is fitted to its end, to what plain least squares says.
void check_fitted(const test::QuadraticObjective& objective, const Front& front, std::size_t count) {
  for (const auto& [size, trial] : front) {
    CAPTURE(size);
    CHECK(trial.size() == size);
    CHECK(trial.loss == doctest::Approx(objective.least(trial.in, count)).epsilon(2e-3));
    CHECK(trial.loss == doctest::Approx(objective.loss(Part::search, count, trial.theta)));
  }
}

// t0 is nearly the sum of t1 and t2, of which the target is made: the best single term, and in no best pair.
test::QuadraticObjective decoy(std::uint32_t seed) {
  test::QuadraticObjective objective = test::drawn({0, 1, 1, 0, 0}, 0.1, 8, seed);
  Eigen::MatrixXd mixing = Eigen::MatrixXd::Identity(5, 5);
  mixing.col(0) << 0.4, 1, 1, 0, 0;
  test::mix(objective, mixing);
  return objective;
}

}  // namespace

TEST_CASE("growth finds the best rule of every size where effects are apart") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const test::QuadraticObjective objective = test::orthogonal({0.1, -1, 0.5, 0, 0.7, -0.3}, 0.05, 24, seed);
    test::Bench b(test::terms_rule(6), objective, test::options_for(24));
    const Front front = grow(b.bench);
    check_fitted(objective, front, 24);
    // Five terms have an effect, and the noise is far below it.
    for (std::size_t size = 1; size <= 4; ++size) {
      REQUIRE(front.count(size) == 1);
      CHECK(front.at(size).in == objective.best_subset(size, 24));
    }
  }
}

TEST_CASE("growth steps back from a term that only stood for two others") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const test::QuadraticObjective objective = decoy(seed);
    test::Bench b(test::terms_rule(5), objective, test::options_for(8));
    REQUIRE(objective.best_subset(1, 8) == b.in({0}));
    REQUIRE(objective.best_subset(2, 8) == b.in({1, 2}));
    const Front front = grow(b.bench);
    CHECK(front.at(1).in == b.in({0}));
    CHECK(front.at(2).in == b.in({1, 2}));
    check_fitted(objective, front, 8);
  }
}

TEST_CASE("growth ends soon after nothing is gained on units that it was not fitted to") {
  std::vector<double> truth(20, 0.0);
  truth[4] = 1;
  truth[11] = -0.5;
  const test::QuadraticObjective objective = test::drawn(truth, 0.3, 20, 3);
  test::Bench b(test::terms_rule(20), objective, test::options_for(20));
  const Front front = grow(b.bench);
  CHECK(front.at(2).in == b.in({4, 11}));
  CHECK(front.rbegin()->first <= 5);
}

TEST_CASE("no rule that growth meets has more terms than the user allows") {
  const test::QuadraticObjective objective = test::orthogonal({0.4, -1, 0.5, 0.3, 0.7, -0.3}, 0.05, 8, 1);
  SearchOptions options = test::options_for(8);
  options.constraints.max_terms = 3;
  test::Bench b(test::terms_rule(6), objective, options);
  const Front front = grow(b.bench);
  CHECK(front.rbegin()->first == 3);
  CHECK(front.at(3).in == objective.best_subset(3, 8));
}

TEST_CASE("what must be in a rule is in every rule that growth meets") {
  const test::QuadraticObjective objective = test::orthogonal({0.1, -1, 0.5, 0, 0.7, -0.3}, 0.05, 8, 1);
  SearchOptions options = test::options_for(8);
  options.constraints.must = {"t3"};
  test::Bench b(test::terms_rule(6, {{0, "param t0 = 0.05 in [0.01, inf]"}}), objective, options);
  const Front front = grow(b.bench);
  REQUIRE(front.begin()->first == 2);
  for (const auto& [size, trial] : front) {
    CHECK(trial.in[0]);
    CHECK(trial.in[3]);
    CHECK(trial.theta[0] >= 0.01);
    if (size <= 5) CHECK(trial.in == objective.best_subset(size, 8, b.in({0, 3})));
  }
}

TEST_CASE("where nothing can be learnt at zero growth begins where the file says, with all terms") {
  // What is left over stands at right angles to every effect.
  test::QuadraticObjective objective = test::drawn({0, 0}, 1, 4, 1);
  for (test::LinearUnit& unit : objective.of(Part::search)) {
    const Eigen::VectorXd fitted = unit.effects * unit.effects.colPivHouseholderQr().solve(unit.target);
    unit.target -= fitted;
  }
  objective.blows_up = [](std::size_t, const Eigen::VectorXd& theta) { return theta.isZero(); };
  test::Bench b(test::terms_rule(2, {{0, "param t0 = 0.5"}}), objective, test::options_for(4));
  const Front front = grow(b.bench);
  REQUIRE(front.size() == 1);
  CHECK(front.at(2).in == b.in({0, 1}));
  CHECK(front.at(2).loss == doctest::Approx(objective.loss(Part::search, 4, {0, 0})).epsilon(2e-3));
}

TEST_CASE("a pool of which nothing can be run ends with a sentence, not with a rule") {
  test::QuadraticObjective objective = test::drawn({1, 1}, 0.1, 4, 1);
  objective.blows_up = [](std::size_t unit, const Eigen::VectorXd&) { return unit == 3; };
  test::Bench b(test::terms_rule(2), objective, test::options_for(4));
  CHECK_THROWS_WITH_AS(grow(b.bench), doctest::Contains("every unit diverges at the initial values"),
                       std::runtime_error);
}

TEST_CASE("a large pool is grown from the term that its objective knows to lead somewhere") {
  // err_post * pre' explains little, and the others little more than that.
  std::vector<double> truth(30, 0.0);
  truth[29] = 0.2;
  truth[7] = 1;
  truth[19] = -1;
  const test::QuadraticObjective objective = test::drawn(truth, 0.2, 12, 9);
  std::string text;
  for (std::size_t k = 0; k < 30; ++k) text += fmt::format("param {} = 0\n", test::term_name(k));
  text += "dw = t29 * err_post * pre'";
  for (std::size_t k = 0; k < 29; ++k) text += fmt::format(" + {} * tanh({} * post) * pre'", test::term_name(k), k + 1);
  test::Bench b(check_rule({"pool", text + "\n"}), objective, test::options_for(12));
  const Front front = grow(b.bench);
  // The only rule of one term that growth made is the seed, which is not the best of all.
  CHECK(front.at(1).in == b.in({29}));
  CHECK(front.at(3).in == b.in({7, 19, 29}));
}
