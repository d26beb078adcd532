#include "report/sentences.hpp"

#include <doctest/doctest.h>

using namespace rule_search;

namespace {

result::Term term(const std::string& name, std::vector<double> coefficient, std::vector<double> low,
                  std::vector<double> high, std::vector<double> bootstrap_low, std::vector<double> bootstrap_high) {
  result::Term t;
  t.parameter = name;
  t.coefficient.values = std::move(coefficient);
  t.interval = {OneOrMany<double>{std::move(low)}, OneOrMany<double>{std::move(high)}};
  t.bootstrap_interval = {OneOrMany<double>{std::move(bootstrap_low)}, OneOrMany<double>{std::move(bootstrap_high)}};
  return t;
}

}  // namespace

TEST_CASE("doubts name the coefficients at a bound or with intervals that differ, and the pairs of terms") {
  Result r;
  r.words.units = "episodes";
  r.terms = {term("eta", {1}, {0.5}, {1.5}, {0}, {2}), term("oja", {1, 2}, {0, 1}, {2, 3}, {0, 1}, {2, 9})};
  r.terms[0].at_bound.values = {true};
  r.terms[0].intervals_agree.values = {false};
  r.terms[1].intervals_agree.values = {true, false};
  r.indistinguishable.emplace();
  r.indistinguishable->pairs = {{"eta", "c7", "w", false, -0.98}};
  const std::vector<std::string> said = doubts(r);
  REQUIRE(said.size() == 4);
  CHECK(said[0] == "eta ended at one of its bounds: the best may lie beyond, where its interval says nothing.");
  CHECK(said[1] == "The intervals of eta differ: 0.5 to 1.5 by the sandwich formula, 0 to 2 by the bootstrap.");
  CHECK(said[2] == "The intervals of oja[2] differ: 1 to 3 by the sandwich formula, 1 to 9 by the bootstrap.");
  CHECK(said[3] ==
        "eta cannot be distinguished from c7 (w) on these episodes: the correlation of their effects is -0.980.");
}

TEST_CASE("a table of many rules shows three digits of each coefficient") {
  CHECK(short_formula("rule r\nparam a = 0.0123456\nparam b = 1234.5\ndw = a * w + b * post * pre'\n") ==
        "dw = 0.0123*w + 1230*(post*pre')");
}
