#include "search/workbench.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

test::QuadraticObjective four(std::uint32_t seed = 1) { return test::drawn({0.7, -0.4, 0.5, 0.3}, 0.3, 8, seed); }

}  // namespace

TEST_CASE("a fit moves the terms that are in to their optimum on the units asked for, and no other") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  for (std::size_t count : {3, 8}) {
    const std::vector<bool> in = b.in({0, 2});
    const Trial trial = b.bench.fit({in, {0, 9, 0, 9}}, count, 30);
    CHECK(trial.in == in);
    CHECK(trial.size() == 2);
    CHECK(test::apart(trial.theta, objective.optimum(in, count)) < 1e-3);
    CHECK(trial.loss == doctest::Approx(objective.least(in, count)).epsilon(1e-4));
    CHECK_FALSE(trial.given_up);
    // Asked again without a fit, the bench says the same.
    CHECK(b.bench.loss(trial, count) == doctest::Approx(trial.loss));
  }
  CHECK(test::apart(objective.optimum(b.in({0, 2}), 3), objective.optimum(b.in({0, 2}), 8)) > 0.01);
}

TEST_CASE("a fit that diverges where it begins and all the way to 0 has no loss, and is not remembered") {
  test::QuadraticObjective objective = four();
  objective.blows_up = [](std::size_t unit, const Eigen::VectorXd&) { return unit == 1; };
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  CHECK(b.fitted(b.in({0})).loss == infinite);
  CHECK(b.bench.known(b.in({0}), 8) == nullptr);
  CHECK(b.bench.loss({b.in({0}), {0, 0, 0, 0}}) == infinite);
}

TEST_CASE("what was fitted is known again, by its terms and its units") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  const Trial one = b.fitted(b.in({0}));
  REQUIRE(b.bench.known(b.in({0}), 8) != nullptr);
  CHECK(b.bench.known(b.in({0}), 8)->theta == one.theta);
  CHECK(b.bench.fitted(b.in({0}), 8)->theta == one.theta);
  CHECK(b.bench.known(b.in({0}), 4) == nullptr);
  CHECK(b.bench.known(b.in({1}), 8) == nullptr);
  CHECK(b.bench.known(b.in({0, 1}), 8) == nullptr);
}

TEST_CASE("of two fits of the same terms the better is remembered, whichever came first") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  const std::vector<bool> in = b.in({1});
  b.bench.remember({in, {0, 1, 0, 0}, 0.5}, 8);
  b.bench.remember({in, {0, 2, 0, 0}, 0.7}, 8);
  CHECK(b.bench.known(in, 8)->loss == 0.5);
  b.bench.remember({in, {0, 3, 0, 0}, 0.3}, 8);
  CHECK(b.bench.known(in, 8)->loss == 0.3);
  CHECK(b.bench.known(in, 8)->theta[1] == 3);
  b.bench.remember({in, {0, 4, 0, 0}, infinite}, 8);
  b.bench.remember({in, {0, 4, 0, 0}, std::nan("")}, 8);
  CHECK(b.bench.known(in, 8)->loss == 0.3);
}

TEST_CASE("a fit that was given up does not pass for one that was carried to its end") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  const std::vector<bool> in = b.in({1});
  b.bench.remember({in, {0, 1, 0, 0}, 0.5, true}, 8);
  CHECK(b.bench.known(in, 8) != nullptr);
  CHECK(b.bench.fitted(in, 8) == nullptr);
  b.bench.remember({in, {0, 2, 0, 0}, 0.4, true}, 8);
  CHECK(b.bench.fitted(in, 8) == nullptr);
  // One was carried to its end, so that nobody need try again; the better place is the other's.
  b.bench.remember({in, {0, 3, 0, 0}, 0.6, false}, 8);
  REQUIRE(b.bench.fitted(in, 8) != nullptr);
  CHECK(b.bench.fitted(in, 8)->loss == 0.4);
  b.bench.remember({in, {0, 4, 0, 0}, 0.2, true}, 8);
  REQUIRE(b.bench.fitted(in, 8) != nullptr);
  CHECK(b.bench.fitted(in, 8)->loss == 0.2);
}

TEST_CASE("the best rule within a set of terms has no term from outside, however good") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  CHECK(b.bench.best_within(b.in({0, 1, 2, 3}), 8) == nullptr);
  b.bench.remember({b.in({0}), {}, 0.9}, 8);
  b.bench.remember({b.in({1}), {}, 0.8}, 8);
  b.bench.remember({b.in({0, 1}), {}, 0.85}, 8);
  b.bench.remember({b.in({0, 2}), {}, 0.1}, 8);
  b.bench.remember({b.in({3}), {}, 0.01}, 4);
  CHECK(b.bench.best_within(b.in({0, 1}), 8)->in == b.in({1}));
  CHECK(b.bench.best_within(b.in({0}), 8)->in == b.in({0}));
  CHECK(b.bench.best_within(b.in({0, 1, 2}), 8)->in == b.in({0, 2}));
  CHECK(b.bench.best_within(b.in({0, 1, 2, 3}), 8)->in == b.in({0, 2}));
  CHECK(b.bench.best_within(b.in({2, 3}), 8) == nullptr);
}

TEST_CASE("a rule that lacks what must be in it is neither the best of its size nor a part of one that has it") {
  const test::QuadraticObjective objective = four();
  SearchOptions options = test::options_for(8);
  options.constraints.must = {"t1"};
  test::Bench b(test::terms_rule(4, {{2, "param t2 = 0.5 in [0.1, inf]"}}), objective, options);
  CHECK(b.bench.complete(b.in({1, 2})));
  CHECK(b.bench.complete(b.in({0, 1, 2})));
  CHECK_FALSE(b.bench.complete(b.in({0, 1})));
  CHECK_FALSE(b.bench.complete(b.in({0, 2})));
  // As a search runs them that asks what t1 or t2 is worth.
  b.bench.remember({b.in({0, 1}), {1, 1, 0, 0}, 0.1}, 8);
  b.bench.remember({b.in({0, 2}), {1, 0, 1, 0}, 0.2}, 8);
  b.bench.remember({b.in({1, 2}), {0, 1, 1, 0}, 0.9}, 8);
  REQUIRE(b.bench.best_by_size(8).size() == 1);
  CHECK(b.bench.best_by_size(8).at(2).in == b.in({1, 2}));
  CHECK(b.bench.best_within(b.in({0, 1, 2}), 8)->in == b.in({1, 2}));
  // Of what is left without t1, that very rule is a part.
  CHECK(b.bench.best_within(b.in({0, 2, 3}), 8)->in == b.in({0, 2}));
}

TEST_CASE("the best rule of every size is among all that were fitted on as many units") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  for (std::size_t bits = 1; bits < 16; ++bits) {
    std::vector<bool> in;
    for (std::size_t k = 0; k < 4; ++k) in.push_back((bits >> k) & 1U);
    b.fitted(in);
    if (bits % 3 == 0) b.bench.fit({in, b.bench.nothing_in()}, 3, 30);
  }
  const std::map<std::size_t, Trial> best = b.bench.best_by_size(8);
  REQUIRE(best.size() == 4);
  for (const auto& [size, trial] : best) {
    CHECK(trial.in == objective.best_subset(size, 8));
    CHECK(trial.size() == size);
  }
  CHECK(b.bench.best_by_size(5).empty());
}

TEST_CASE("no row of a path has more terms than were asked for at most") {
  const test::QuadraticObjective objective = four();
  SearchOptions options = test::options_for(8);
  options.constraints.max_terms = 2;
  test::Bench b(test::terms_rule(4), objective, options);
  for (const std::vector<std::size_t>& terms : {std::vector<std::size_t>{0}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}})
    b.fitted(b.in(terms));
  CHECK_FALSE(b.bench.complete(b.in({0, 1, 2})));
  const std::map<std::size_t, Trial> best = b.bench.best_by_size(8);
  REQUIRE(best.size() == 2);
  CHECK(best.rbegin()->first == 2);
  CHECK(b.bench.front_so_far().size() == 2);
}

TEST_CASE("a term whose coefficient is 0 is none, and makes no row of its own") {
  const test::QuadraticObjective objective = four();
  SearchOptions options = test::options_for(8);
  options.constraints.must = {"t3"};
  test::Bench b(test::terms_rule(4), objective, options);
  b.bench.remember({b.in({0, 3}), {1, 0, 0, 2}, 0.5}, 8);
  b.bench.remember({b.in({0, 1, 3}), {1, 0, 0, 3}, 0.4}, 8);     // two terms, better ones
  b.bench.remember({b.in({0, 2, 3}), {1, 0, 7, 3}, 0.45}, 8);    // three terms, but worse
  b.bench.remember({b.in({0, 1, 2, 3}), {1, 5, 6, 0}, 0.3}, 8);  // asked for, whatever its coefficient
  const std::map<std::size_t, Trial> best = b.bench.best_by_size(8);
  REQUIRE(best.size() == 2);
  CHECK(best.at(2).in == b.in({0, 3}));
  CHECK(best.at(2).loss == 0.4);
  CHECK(best.at(4).in == b.in({0, 1, 2, 3}));
}

TEST_CASE("a coefficient that changes nothing alone is no rule") {
  const Rule rule = check_rule({"normalised",
                                "param eta = 0\nparam eps = 0 in [0, inf]\nparam decay = 0\n"
                                "dw = eta * post * pre' / (eps + dot(pre, pre)) - decay * w"});
  test::QuadraticObjective objective;
  objective.names = {"eta", "eps", "decay"};
  test::Bench b(rule, objective, test::options_for(6));
  CHECK_FALSE(b.bench.complete({false, true, false}));  // dw = 0
  CHECK(b.bench.complete({true, false, false}));
  CHECK(b.bench.complete({true, true, false}));
  CHECK(b.bench.complete({false, true, true}));
}

TEST_CASE("the model of the loss has its slope and curvature, at the places where the terms stand") {
  const test::QuadraticObjective objective = four();
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  const Trial trial{b.in({0, 3}), {0.2, 0, 0, -0.6}};
  const test::LinearUnit all = objective.stacked(Part::search, 8);
  const Eigen::Map<const Eigen::VectorXd> theta(trial.theta.data(), 4);
  const Eigen::VectorXd slope = all.effects.transpose() * (all.effects * theta - all.target);
  const Eigen::MatrixXd curvature = all.effects.transpose() * all.effects;

  const QuadraticModel among = b.bench.model_among_all(trial);
  REQUIRE(among.usable);
  REQUIRE(among.size == 4);
  CHECK(among.loss == doctest::Approx(objective.loss(Part::search, 8, trial.theta)));
  for (std::size_t a = 0; a < 4; ++a) {
    const bool in = trial.in[a];
    CHECK(among.gradient[a] == doctest::Approx(in ? slope(static_cast<Eigen::Index>(a)) : 0));
    for (std::size_t c = 0; c < 4; ++c)
      CHECK(among.curvature[4 * a + c] ==
            doctest::Approx(in && trial.in[c] ? curvature(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(c))
                                              : 0));
  }

  const QuadraticModel alone = b.bench.model_in(trial, 8);
  REQUIRE(alone.size == 2);
  CHECK(alone.gradient[1] == doctest::Approx(slope(3)));
  CHECK(alone.curvature[1] == doctest::Approx(curvature(0, 3)));

  // A candidate beside them stands at 0, and its slope is there.
  const Workbench::Towards towards = b.bench.model_towards(trial, {2}, 8);
  CHECK(towards.entries == std::vector<int>{0, 2, 3});
  CHECK(towards.model.gradient[1] == doctest::Approx(slope(2)));
  CHECK(towards.model.curvature[5] == doctest::Approx(curvature(2, 3)));
}

TEST_CASE("the same rule is scored once, and every unit that was run is counted") {
  const test::QuadraticObjective objective = four();
  std::size_t told = 0;
  Steps steps;
  const Rule rule = test::terms_rule(4);
  Workbench bench(
      rule, objective, test::options_for(8), [&](const Progress& p) { told = p.runs; }, steps);
  const Trial trial{{true, false, false, true}, {0.5, 0, 0, 0.5}};
  const Score first = bench.score(Part::validation, trial, 5);
  CHECK(bench.runs() == 5);
  CHECK(told == 5);
  CHECK(first.loss.mean == doctest::Approx(objective.loss(Part::validation, 5, trial.theta)));
  CHECK(bench.score(Part::validation, trial, 5).losses == first.losses);
  CHECK(bench.runs() == 5);
  bench.score(Part::test, trial, 5);
  CHECK(bench.runs() == 10);
  CHECK(bench.score(Part::validation, trial, 6).losses.size() == 6);
  CHECK(bench.runs() == 16);
  bench.loss(trial);
  CHECK(bench.runs() == 24);
  bench.model_in(trial, 3);
  CHECK(bench.runs() == 27);
}

TEST_CASE("a user who watches is told the best rule of every size, with what is known of it") {
  const test::QuadraticObjective objective = four();
  SearchOptions options = test::options_for(8);
  options.fit_units = 4;
  test::Bench b(test::terms_rule(4), objective, options);
  std::vector<FrontRule> told;
  b.bench.on_front([&](const std::vector<FrontRule>& front) { told = front; });
  b.bench.remember({b.in({}), b.bench.nothing_in(), 5}, 4);  // nothing in is no rule
  const Trial small = b.bench.fit({b.in({0}), b.bench.nothing_in()}, 4, 30);
  const Trial large = b.bench.fit({b.in({0, 1}), b.bench.nothing_in()}, 4, 30);
  b.bench.tell("grow", "", 0, 0.5);
  REQUIRE(told.size() == 2);
  CHECK(told[0].complexity == 1);
  CHECK(told[1].complexity == 2);
  CHECK_FALSE(told[0].validated);
  CHECK(told[0].loss.mean == doctest::Approx(objective.least(small.in, 4)).epsilon(1e-4));
  // The file that a user reads holds the numbers in place.
  CHECK(told[1].fitted.rule.parameters[1].initial == std::vector<double>{large.theta[1]});

  // After a fit on more units that rule is the one, even though its loss is above the old one's.
  const Trial refitted = b.bench.fit(small, 8, 30);
  b.bench.score(Part::validation, refitted, 3);
  const Score most = b.bench.score(Part::validation, refitted, 7);
  b.bench.score(Part::validation, refitted, 5);
  b.bench.score(Part::test, refitted, 8);  // never shown while a search may still choose
  b.bench.tell("refit", "", 0, 0.6);
  REQUIRE(told.size() == 2);
  CHECK(told[0].fitted.theta == std::vector<double>{refitted.theta[0]});
  CHECK(told[0].validated);
  CHECK(told[0].loss.count == 7);
  CHECK(told[0].loss.mean == most.loss.mean);
  CHECK(told[0].accuracy.mean == most.accuracy.mean);
  CHECK_FALSE(told[1].validated);
}

TEST_CASE("a fit of all begins where the easier loss has its least, by way of the easiest") {
  test::QuadraticObjective easiest = four(11);
  test::QuadraticObjective easier = four(12);
  test::QuadraticObjective objective = four(13);
  test::Bench plain(test::terms_rule(4), objective, test::options_for(8));
  const Trial start{std::vector<bool>(4, true), {0.1, 0, 0, 0}, 0.77};
  const Trial same = plain.bench.fitted_to_surrogate(start, 8, 20);
  CHECK(same.theta == start.theta);
  CHECK(same.loss == start.loss);

  easier.easier = &easiest;
  objective.easier = &easier;
  test::Bench b(test::terms_rule(4), objective, test::options_for(8));
  const Trial fitted = b.bench.fitted_to_surrogate(start, 8, 20);
  CHECK(test::apart(fitted.theta, easier.optimum(start.in, 8)) < 1e-3);
  // What was fitted to another loss is no rule that was fitted.
  CHECK(b.bench.known(start.in, 8) == nullptr);

  // One that can't be fitted is passed over.
  easier.blows_up = [](std::size_t, const Eigen::VectorXd&) { return true; };
  CHECK(test::apart(b.bench.fitted_to_surrogate(start, 8, 20).theta, easiest.optimum(start.in, 8)) < 1e-3);
}
