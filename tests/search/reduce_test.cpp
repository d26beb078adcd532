#include "search/reduce.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"
#include "search/prune.hpp"

using namespace rule_search;

namespace {

// The target is what two nearly equal effects leave of each other: either alone explains next to nothing. All others explain
// a little.
test::QuadraticObjective cancelling(std::size_t terms) {
  std::vector<double> truth(terms, 0.08);
  truth[1] = 10;
  truth[3] = -10;
  test::QuadraticObjective objective = test::drawn(std::vector<double>(terms, 0.0), 0.1, 10, 5);
  const auto n = static_cast<Eigen::Index>(terms);
  Eigen::MatrixXd mixing = Eigen::MatrixXd::Identity(n, n);
  mixing(1, 3) = 1;
  mixing(3, 3) = 0.1;  // t3 is t1 and a tenth of what is its own
  test::mix(objective, mixing);
  const Eigen::Map<const Eigen::VectorXd> theta(truth.data(), n);
  for (std::vector<test::LinearUnit>& part : objective.parts) {
    for (test::LinearUnit& unit : part) unit.target += unit.effects * theta;
  }
  objective.how.fits_all_at_once = true;
  return objective;
}

}  // namespace

TEST_CASE("two terms that are of no use one by one are found together") {
  const test::QuadraticObjective objective = cancelling(7);
  test::Bench b(test::terms_rule(7), objective, test::options_for(10));
  // Growth has no reason to take t1, and with t3 it gains what any of the others does.
  const double nothing = objective.least(b.in({}), 10);
  REQUIRE(objective.least(b.in({1}), 10) > 0.97 * nothing);
  REQUIRE(objective.least(b.in({3}), 10) > 0.97 * nothing);
  REQUIRE(objective.least(b.in({1, 3}), 10) < 0.2 * nothing);
  Front front;
  reduce_from_all(b.bench, front);
  REQUIRE(front.count(2) == 1);
  CHECK(front.at(2).in == b.in({1, 3}));
  for (const auto& [size, trial] : front) {
    CAPTURE(size);
    CHECK((size < 2 || (trial.in[1] && trial.in[3])));
    CHECK(trial.loss == doctest::Approx(objective.least(trial.in, 10)).epsilon(2e-3));
  }
  CHECK(front.rbegin()->first == 7);
  CHECK(front.size() == 6);  // down to two terms
}

TEST_CASE("where fitting all at once is too dear or too rough not one unit is run for it") {
  test::QuadraticObjective objective = cancelling(7);
  objective.how.fits_all_at_once = false;
  test::Bench b(test::terms_rule(7), objective, test::options_for(10));
  Front front;
  reduce_from_all(b.bench, front);
  CHECK(front.empty());
  CHECK(b.bench.runs() == 0);
}

TEST_CASE("of many terms those that cost next to nothing go together, and the two that matter are left") {
  const test::QuadraticObjective objective = cancelling(22);
  SearchOptions options = test::options_for(10);
  options.constraints.max_terms = 5;
  test::Bench b(test::terms_rule(22), objective, options);
  Front front;
  reduce_from_all(b.bench, front);
  CHECK(front.at(2).in == b.in({1, 3}));
  CHECK(front.rbegin()->first == 5);  // none larger than the user allows
}

TEST_CASE("what must be in a rule is left when all others have gone") {
  const test::QuadraticObjective objective = cancelling(7);
  SearchOptions options = test::options_for(10);
  options.constraints.must = {"t5", "t6"};
  test::Bench b(test::terms_rule(7), objective, options);
  Front front;
  reduce_from_all(b.bench, front);
  REQUIRE(front.begin()->first == 2);
  CHECK(front.at(2).in == b.in({5, 6}));
  CHECK(front.at(4).in == b.in({1, 3, 5, 6}));
}

TEST_CASE("an easier loss is a start, and what is kept is fitted to the loss itself") {
  test::QuadraticObjective objective = cancelling(7);
  test::QuadraticObjective easier = cancelling(7);
  for (test::LinearUnit& unit : easier.of(Part::search)) unit.target *= 0.5;
  objective.easier = &easier;
  test::Bench b(test::terms_rule(7), objective, test::options_for(10));
  Front front;
  reduce_from_all(b.bench, front);
  CHECK(front.at(2).in == b.in({1, 3}));
  CHECK(test::apart(front.at(2).theta, objective.optimum(b.in({1, 3}), 10)) < 0.05);
}

TEST_CASE("pruning leaves a rule of every size, down to one term, each the best where effects are apart") {
  const test::QuadraticObjective objective = test::orthogonal({0.1, -1, 0.5, 0.05, 0.7, -0.3}, 0.05, 8, 2);
  test::Bench b(test::terms_rule(6), objective, test::options_for(8));
  Front front;
  keep(front, b.fitted(std::vector<bool>(6, true)));
  prune(b.bench, front);
  REQUIRE(front.size() == 6);
  for (const auto& [size, trial] : front) {
    CAPTURE(size);
    CHECK(trial.in == objective.best_subset(size, 8));
    CHECK(trial.loss == doctest::Approx(objective.least(trial.in, 8)).epsilon(2e-3));
  }
}

TEST_CASE("pruning replaces rules that growth found by better ones, and keeps those that are better") {
  const test::QuadraticObjective objective = test::orthogonal({0.2, -1, 0.5, 0.1, 0.7}, 0.05, 8, 4);
  test::Bench b(test::terms_rule(5), objective, test::options_for(8));
  Front front;
  keep(front, b.fitted(b.in({1, 2, 4})));
  keep(front, b.fitted(b.in({0, 3})));
  keep(front, b.fitted(b.in({1})));
  const Trial one = front.at(1);
  prune(b.bench, front);
  CHECK(front.at(3).in == b.in({1, 2, 4}));
  CHECK(front.at(2).in == b.in({1, 4}));
  CHECK(front.at(1).in == one.in);
  CHECK(front.at(1).loss <= one.loss);
}

TEST_CASE("pruning ends at what must stay") {
  const test::QuadraticObjective objective = test::orthogonal({0.2, -1, 0.5, 0.1, 0.7}, 0.05, 8, 4);
  SearchOptions options = test::options_for(8);
  options.constraints.must = {"t3"};
  test::Bench b(test::terms_rule(5, {{0, "param t0 = 0.1 in [0.01, 9]"}}), objective, options);
  Front front;
  keep(front, b.bench.fit({std::vector<bool>(5, true), b.bench.layout().initial}, 8, 30));
  prune(b.bench, front);
  REQUIRE(front.begin()->first == 2);
  CHECK(front.at(2).in == b.in({0, 3}));
  CHECK(front.at(3).in == b.in({0, 1, 3}));
}
