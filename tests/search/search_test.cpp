#include "search/search.hpp"

#include <doctest/doctest.h>

#include "expression/print.hpp"
#include "quadratic_objective.hpp"

using namespace rule_search;

namespace {

constexpr std::size_t units = 40;

test::QuadraticObjective half_idle() {
  test::QuadraticObjective objective = test::drawn({0.8, 0, -0.5, 0, 0.3}, 0.3, units, 1);
  for (std::string& name : objective.names) name += "[1]";
  return objective;
}

// With a number for each connection the printed rule keeps its parameters, by which the objective knows its columns.
Rule candidates() {
  Rule rule = test::terms_rule(5);
  for (Parameter& p : rule.parameters) p.per_layer = true;
  return rule;
}

// All five coefficients of a rule that has some of them.
std::vector<double> coefficients(const Rule& rule) {
  std::vector<double> out(5, 0.0);
  for (const Parameter& p : rule.parameters)
    out[static_cast<std::size_t>(candidates().parameter_index(p.name))] = p.initial[0];
  return out;
}

// Ends the search before step number `last`.
struct Impatient : Steps {
  int last = std::numeric_limits<int>::max();
  int taken = 0;

  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override {
    if (++taken > last) throw SearchStopped("enough");
    return Steps::fit(rule, start, request);
  }
};

}  // namespace

TEST_CASE("what is reported of the found rule is true on test units, digit by digit") {
  const test::QuadraticObjective objective = half_idle();
  const SearchResult result = search(candidates(), objective, test::options_for(units));
  const std::vector<double> found = coefficients(result.found.rule);
  REQUIRE(result.terms.size() == 3);
  CHECK(result.test.loss.mean == doctest::Approx(objective.loss(Part::test, units, found)));
  CHECK(result.dropped == std::vector<std::string>{"t1", "t3"});
  // What the file says is what was scored.
  CHECK(coefficients(check_rule({"found", print(result.found.rule)})) == found);
  for (const TermReport& term : result.terms) {
    CAPTURE(term.parameter);
    const auto at = static_cast<std::size_t>(candidates().parameter_index(term.parameter));
    REQUIRE(term.coefficient.size() == 1);
    CHECK(term.coefficient[0] == found[at]);
    CHECK(term.low[0] < found[at]);
    CHECK(term.high[0] > found[at]);
    CHECK(term.intervals_agree[0]);
    CHECK_FALSE(term.at_bound[0]);
    // Without it, the rest refitted on what was searched on.
    std::vector<bool> rest{true, false, true, false, true};
    rest[at] = false;
    CHECK(term.removal_cost.mean == doctest::Approx(objective.loss(Part::test, units, objective.optimum(rest, units)) -
                                                    objective.loss(Part::test, units, found))
                                        .epsilon(5e-3));
    CHECK(term.removal_cost.low > 0);
  }
  CHECK(result.runs > 0);
  CHECK(result.path[result.chosen].fitted.rule.parameters.size() == 3);
}

TEST_CASE("a search finds the same whoever carries out its steps") {
  const test::QuadraticObjective objective = half_idle();
  Impatient steps;
  const SearchResult by_itself = search(candidates(), objective, test::options_for(units));
  const SearchResult given = search(candidates(), objective, test::options_for(units), {}, {}, &steps);
  CHECK(steps.taken > 10);
  CHECK(given.found.theta == by_itself.found.theta);
  CHECK(given.formula == by_itself.formula);
  CHECK(given.why == by_itself.why);
  CHECK(given.test.losses == by_itself.test.losses);
  CHECK(given.runs == by_itself.runs);
  REQUIRE(given.path.size() == by_itself.path.size());
  for (std::size_t k = 0; k < given.path.size(); ++k)
    CHECK(given.path[k].fitted.theta == by_itself.path[k].fitted.theta);
}

TEST_CASE("a search that is stopped leaves the rules that it had") {
  const test::QuadraticObjective objective = half_idle();
  Impatient steps;
  steps.last = 12;
  std::vector<FrontRule> left;
  CHECK_THROWS_AS(search(
                      candidates(), objective, test::options_for(units), {},
                      [&](const std::vector<FrontRule>& front) { left = front; }, &steps),
                  SearchStopped);
  REQUIRE(!left.empty());
  const std::vector<double> best = coefficients(left.front().fitted.rule);
  // Growth looks at half of the units that choose.
  CHECK(left.front().validated);
  CHECK(left.front().loss.mean == doctest::Approx(objective.loss(Part::validation, units / 2, best)));
}

TEST_CASE("what must be in the rule is in the one that is reported, and in every rule of the path") {
  const test::QuadraticObjective objective = half_idle();
  SearchOptions options = test::options_for(units);
  options.constraints.must = {"t1"};
  Rule rule = candidates();
  rule.parameters[3].initial = {0.02};
  rule.parameters[3].lower = 0.01;
  const SearchResult result = search(rule, objective, options);
  CHECK(result.terms.size() == 5);
  for (const PathStep& step : result.path) {
    CHECK(step.fitted.rule.parameter_index("t1") >= 0);
    CHECK(step.fitted.rule.parameter_index("t3") >= 0);
  }
  CHECK(result.path.back().fitted.rule.parameters.size() == 2);
  // What they are worth is reported all the same.
  CHECK(result.terms[1].removal_cost.mean == doctest::Approx(0).epsilon(0.01));
}

TEST_CASE("an objective that is given its units has all of them used, and reports how many") {
  test::QuadraticObjective objective = half_idle();
  objective.how.uses_all_units = true;
  objective.of(Part::validation).resize(30);
  objective.of(Part::test).resize(20);
  const SearchResult result = search(candidates(), objective, test::options_for(3));
  CHECK(result.options.fit_units == units);
  CHECK(result.options.refit_units == units);
  CHECK(result.options.validation_units == 30);
  CHECK(result.options.curve_units == 30);
  CHECK(result.options.test_units == 20);
  CHECK(result.test.losses.size() == 20);
}

TEST_CASE("a rule without a parameter is no pool, and the message says what to do with it") {
  const test::QuadraticObjective objective = half_idle();
  CHECK_THROWS_WITH_AS(search(check_rule({"none", "dw = post * pre'\n"}), objective, test::options_for(units)),
                       doctest::Contains("has no parameter to fit"), InputError);
}
