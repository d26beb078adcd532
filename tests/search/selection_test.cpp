#include "search/selection.hpp"

#include <doctest/doctest.h>

#include "quadratic_objective.hpp"
#include "search/prune.hpp"

using namespace rule_search;

namespace {

constexpr std::size_t units = 30;

test::QuadraticObjective half_idle() { return test::drawn({0.8, 0, -0.5, 0, 0.3}, 0.3, units, 1); }

Choice chosen(test::Bench& b) {
  Front front;
  keep(front, b.fitted(std::vector<bool>(5, true)));
  prune(b.bench, front);
  return choose(b.bench, front);
}

std::string complaint(const Rule& rule, std::size_t terms, const Constraints& constraints = {}) {
  SearchOptions options;
  options.select = terms;
  options.constraints = constraints;
  try {
    check_select(constrained(rule, constraints), options);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a rule of the size that was asked for is reported with all that belongs to it") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(5), objective, test::options_for(units));
  for (std::size_t terms : {1, 2, 4, 5}) {
    CAPTURE(terms);
    Choice choice = chosen(b);
    REQUIRE(choice.exact.size() == 3);
    select(b.bench, choice, terms);
    CHECK(choice.exact.size() == terms);
    CHECK(terms_of(choice.path[choice.chosen].fitted.rule) == terms);
    CHECK(choice.exact.in == objective.best_subset(terms, units));
    CHECK(choice.why.find(fmt::format("selected by the user, who asked for {} terms", terms)) == 0);
    CHECK(choice.why.find("by itself the search chose 3 terms: ") != std::string::npos);
    CHECK(choice.why.find("the path has none") == std::string::npos);
    CHECK(choice.certainty.standard_errors.size() == terms);
    for (double error : choice.certainty.standard_errors) CHECK(error > 0);
    CHECK(choice.model.size == static_cast<int>(terms));
    // For every term the rest, refitted.
    REQUIRE(choice.without.size() == terms);
    std::size_t k = 0;
    for (std::size_t r = 0; r < 5; ++r) {
      if (!choice.exact.in[r]) continue;
      std::vector<bool> rest = choice.exact.in;
      rest[r] = false;
      CHECK(choice.without[k].in == rest);
      CHECK(choice.without[k].theta[r] == 0);
      if (terms > 1) CHECK(choice.without[k].loss == doctest::Approx(objective.least(rest, units)).epsilon(2e-3));
      ++k;
    }
  }
}

TEST_CASE("a user who asks for what the search chose gets just that, and is told so") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(5), objective, test::options_for(units));
  Choice choice = chosen(b);
  const Choice before = choice;
  const std::size_t runs = b.bench.runs();
  select(b.bench, choice, 3);
  CHECK(b.bench.runs() == runs);
  CHECK(choice.chosen == before.chosen);
  CHECK(choice.exact.theta == before.exact.theta);
  CHECK(choice.why == "selected by the user, who asked for 3 terms; by itself the search chose 3 terms: " + before.why);
}

TEST_CASE("where the path lacks a size the nearest is taken, of two the smaller, and the report says so") {
  const test::QuadraticObjective objective = half_idle();
  test::Bench b(test::terms_rule(5), objective, test::options_for(units));
  const Choice whole = chosen(b);
  REQUIRE(whole.path.size() == 5);
  const auto of_sizes = [&](std::vector<std::size_t> sizes) {
    Choice c = whole;
    c.path.clear();
    for (std::size_t size : sizes) {
      if (size == 3) c.chosen = c.path.size();
      c.path.push_back(whole.path[5 - size]);
    }
    return c;
  };
  for (const auto& [sizes, asked, expected] :
       {std::tuple<std::vector<std::size_t>, std::size_t, std::size_t>{{5, 3, 1}, 4, 3},
        {{5, 3, 1}, 2, 1},
        {{5, 3}, 1, 3},
        {{4, 3, 2}, 9, 4}}) {
    CAPTURE(asked);
    Choice c = of_sizes(sizes);
    select(b.bench, c, asked);
    CHECK(terms_of(c.path[c.chosen].fitted.rule) == expected);
    CHECK(c.exact.size() == expected);
    CHECK(c.why.find(fmt::format("; the path has none of that size, the nearest has {}; by itself", expected)) !=
          std::string::npos);
  }
}

TEST_CASE("a size that no search can give is refused before it begins, with the sizes that there are") {
  const Rule rule = test::terms_rule(5);
  for (std::size_t terms = 1; terms <= 5; ++terms) CHECK(complaint(rule, terms).empty());
  CHECK(complaint(rule, 6).find("‹select› 6: the rule terms can give rules of 1 to 5 terms") != std::string::npos);
  CHECK(complaint(rule, 6).find("hint: ‹select› 1 to ‹select› 5") != std::string::npos);

  Constraints c;
  c.max_terms = 3;
  CHECK(complaint(rule, 3, c).empty());
  CHECK(complaint(rule, 4, c).find("rules of 1 to 3 terms") != std::string::npos);

  const Rule bounded = test::terms_rule(5, {{0, "param t0 = 1 in [0.5, 2]"}, {1, "param t1 = -1 in [-2, -0.5]"}});
  CHECK(complaint(bounded, 1).find("rules of 2 to 5 terms") != std::string::npos);
  CHECK(complaint(bounded, 2).empty());
  c = {};
  c.must = {"t0", "t4"};  // t0 counts once
  CHECK(complaint(bounded, 2, c).find("rules of 3 to 5 terms") != std::string::npos);
  CHECK(complaint(bounded, 3, c).empty());
  c = {};
  c.must_not = {"t4"};
  CHECK(complaint(rule, 5, c).find("rules of 1 to 4 terms") != std::string::npos);
}

TEST_CASE("a time constant is no term that a user could ask for") {
  const Rule rule = check_rule({"memory",
                                "param a = 0 param tau = 20 ms param b = 0\nstate trace: pre = 0\n"
                                "next trace = trace + 1 ms / tau * (pre - trace)\n"
                                "dw = a * post * trace' + b * post * pre'\n"});
  CHECK(complaint(rule, 2).empty());
  CHECK(complaint(rule, 3).find("rules of 1 to 2 terms") != std::string::npos);
}

TEST_CASE("a threshold is no term that a user could ask for") {
  const Rule rule = check_rule({"threshold",
                                "param a = 0 param theta = 0.3 in [0.1, 0.9] param b = 0\n"
                                "dw = a * relu(post - theta * ones_post) * pre' + b * post * pre'\n"});
  CHECK(complaint(rule, 2).empty());
  CHECK(complaint(rule, 3).find("rules of 1 to 2 terms") != std::string::npos);
}

TEST_CASE("a size that was asked for is not reached by leaving out what must be in the rule") {
  const test::QuadraticObjective objective = half_idle();
  SearchOptions options = test::options_for(units);
  options.constraints.must = {"t1"};
  test::Bench b(test::terms_rule(5), objective, options);
  Choice choice = chosen(b);
  select(b.bench, choice, 2);
  CHECK(choice.exact.in == b.in({0, 1}));
}
