#include "search/front.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

Trial trial(std::vector<bool> in, double loss) { return {std::move(in), {}, loss}; }

test::QuadraticObjective correlated(std::uint32_t seed) {
  return test::correlated({0.7, -0.4, 0.5, 0.3, -0.6}, 6, seed);
}

// Of all terms that may go, the one without which the rest has the least loss.
std::size_t cheapest(const test::QuadraticObjective& objective, const std::vector<bool>& whole, std::size_t count,
                     const std::vector<std::size_t>& stay = {}) {
  std::size_t best = whole.size();
  double least = infinite;
  for (std::size_t r = 0; r < whole.size(); ++r) {
    if (!whole[r] || std::find(stay.begin(), stay.end(), r) != stay.end()) continue;
    std::vector<bool> rest = whole;
    rest[r] = false;
    if (objective.least(rest, count) < least) {
      least = objective.least(rest, count);
      best = r;
    }
  }
  return best;
}

// Tries six objectives of five terms each, with the term of each that would go first.
template <class Check>
void whichever_goes_first(Check check) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    const test::QuadraticObjective objective = correlated(seed);
    check(objective, cheapest(objective, std::vector<bool>(5, true), 6));
  }
}

}  // namespace

TEST_CASE("the best rule of a size is never lost to a worse one") {
  Front front;
  keep(front, trial({true, false}, 1));
  CHECK_FALSE(keep(front, trial({false, true}, 1.5)));
  CHECK_FALSE(keep(front, trial({false, true}, 1)));
  CHECK_FALSE(keep(front, trial({false, true}, infinite)));
  CHECK_FALSE(keep(front, trial({false, true}, std::nan(""))));
  REQUIRE(front.size() == 1);
  CHECK(front.at(1).loss == 1);
  CHECK(front.at(1).in == std::vector<bool>{true, false});
  // A larger rule takes no smaller one's place, even where it is worse.
  CHECK(keep(front, trial({true, true}, 2)));
  CHECK(front.at(1).loss == 1);
  CHECK(front.at(2).loss == 2);
}

TEST_CASE("a rule that diverged takes no place on an empty front") {
  Front front;
  CHECK_FALSE(keep(front, trial({true}, infinite)));
  CHECK_FALSE(keep(front, trial({true}, std::nan(""))));
  CHECK(front.empty());
}

TEST_CASE("a search goes on from what is better by more than the end of a fit leaves to chance") {
  Front front;
  CHECK(keep(front, trial({true, false}, 1)));
  // Kept, since it is better; but a thousandth is no reason to grow from it all over again.
  CHECK_FALSE(keep(front, trial({false, true}, 0.999)));
  CHECK(front.at(1).loss == 0.999);
  CHECK(front.at(1).in == std::vector<bool>{false, true});
  CHECK(keep(front, trial({true, false}, 0.99)));
  CHECK(front.at(1).loss == 0.99);
}

TEST_CASE("the term that a rule does best without is the one that goes") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const test::QuadraticObjective objective = correlated(seed);
    test::Bench b(test::terms_rule(5), objective, test::options_for(6));
    const std::vector<bool> all(5, true);
    const Trial whole = b.fitted(all);
    // Of a loss that is quadratic the model alone knows which, without trying the others.
    const Trial rest = reduced(b.bench, whole, b.bench.model_among_all(whole), 1, 10, infinite);
    const std::size_t gone = cheapest(objective, all, 6);
    std::vector<bool> expected = all;
    expected[gone] = false;
    CHECK(rest.in == expected);
    CHECK(rest.loss == doctest::Approx(objective.least(expected, 6)).epsilon(1e-4));
    CHECK(rest.theta[gone] == 0);
    CHECK(test::apart(rest.theta, objective.optimum(expected, 6)) < 1e-2);
  }
}

TEST_CASE("a term that was asked for by name stays, however useless") {
  const std::vector<bool> all(5, true);
  whichever_goes_first([&](const test::QuadraticObjective& objective, std::size_t first) {
    SearchOptions options = test::options_for(6);
    options.constraints.must = {test::term_name(first)};
    test::Bench b(test::terms_rule(5), objective, options);
    const Trial whole = b.fitted(all);
    std::vector<bool> expected = all;
    expected[cheapest(objective, all, 6, {first})] = false;
    CHECK(reduced(b.bench, whole, b.bench.model_among_all(whole), 5, 10, infinite).in == expected);

    // Where nothing may go there is no such rule, and none is made up.
    const Trial alone = b.fitted(b.in({first}));
    CHECK(reduced(b.bench, alone, b.bench.model_among_all(alone), 5, 10, infinite).loss == infinite);
  });
}

TEST_CASE("a term whose bounds exclude 0 stays, since no rule of the file is without it") {
  const std::vector<bool> all(5, true);
  whichever_goes_first([&](const test::QuadraticObjective& objective, std::size_t first) {
    const bool above = objective.optimum(all, 6)[first] > 0;
    const std::string bounded = fmt::format("param {} = {} in {}", test::term_name(first), above ? 0.01 : -0.01,
                                            above ? "[1e-6, inf]" : "[-inf, -1e-6]");
    test::Bench b(test::terms_rule(5, {{first, bounded}}), objective, test::options_for(6));
    const Trial whole = b.bench.fit({all, b.bench.layout().initial}, 6, 30);
    const Trial rest = reduced(b.bench, whole, b.bench.model_among_all(whole), 5, 10, infinite);
    CHECK(rest.size() == 4);
    CHECK(rest.in[first]);
    const double value = rest.theta[first];
    CHECK((above ? value >= 1e-6 : value <= -1e-6));
  });
}

TEST_CASE("rules that were fitted to their end are not fitted again") {
  const test::QuadraticObjective objective = correlated(3);
  test::Bench b(test::terms_rule(5), objective, test::options_for(6));
  const Trial whole = b.fitted(std::vector<bool>(5, true));
  const QuadraticModel model = b.bench.model_among_all(whole);
  const Trial once = reduced(b.bench, whole, model, 5, 10, infinite);
  const std::size_t runs = b.bench.runs();
  const Trial again = reduced(b.bench, whole, model, 5, 10, infinite);
  CHECK(again.in == once.in);
  CHECK(again.theta == once.theta);
  CHECK(again.loss == once.loss);
  // The rest may be fitted better from here, but the best of all is there already.
  CHECK(b.bench.runs() == runs);
}

TEST_CASE("half of the fit units is never less than two, from which alone noise can be told") {
  const test::QuadraticObjective objective = correlated(1);
  for (const auto& [units, half] : {std::pair<std::size_t, std::size_t>{1, 2}, {2, 2}, {3, 2}, {5, 2}, {6, 3}}) {
    test::Bench b(test::terms_rule(5), objective, test::options_for(units));
    CHECK(half_of_fit(b.bench) == half);
  }
}
