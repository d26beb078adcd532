#include "report/sentences.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "expression/rule.hpp"
#include "report/numbers.hpp"

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

TEST_CASE("intervals that differ are shown with the digits that differ, or not at all where that is next to nothing") {
  Result r;
  r.terms = {term("c8", {0.04}, {0.03991}, {0.04009}, {0.03993}, {0.04001}),
             term("c19", {-0.04}, {-0.0400000001}, {-0.0399999999}, {-0.04000001}, {-0.03999999})};
  r.terms[0].intervals_agree.values = {false};
  r.terms[1].intervals_agree.values = {false};
  const std::vector<std::string> said = doubts(r);
  REQUIRE(said.size() == 1);
  CHECK(said[0] ==
        "The intervals of c8 differ: 0.0399 to 0.0401 by the sandwich formula, 0.0399 to 0.04 by the bootstrap.");
  r.terms = {term("c8", {0.04}, {0.039953}, {0.040047}, {0.039957}, {0.040043})};
  r.terms[0].coefficient.values = {0.0001};
  r.terms[0].intervals_agree.values = {false};
  CHECK(doubts(r).at(0) ==
        "The intervals of c8 differ: 0.03995 to 0.04005 by the sandwich formula, 0.03996 to 0.04004 by the bootstrap.");
}

TEST_CASE("what the data do not tell of shape parameters is said, the plainest reason alone") {
  Result r;
  result::ShapeParameter s;
  s.parameter = "theta";
  s.value.values = {0.3};
  s.interval = {OneOrMany<double>{{0.2}}, OneOrMany<double>{{0.4}}};
  s.at_limit.values = s.at_bound.values = {false};
  s.has_slope.values = s.determined.values = {true};
  r.shape_parameters = {s};
  CHECK(kind_of(s) == "shape parameter");
  CHECK(doubts(r).empty());
  (*r.shape_parameters)[0].has_slope.values = (*r.shape_parameters)[0].determined.values = {false};
  CHECK(doubts(r) ==
        std::vector<std::string>{"theta has no slope: the loss doesn't change with it near 0.3; it stays 0.3."});
  s.parameter = "tau";
  s.unit = "s";
  s.written_in = "ms";
  s.value.values = {0.02, 4};
  s.interval = {OneOrMany<double>{{std::nan(""), std::nan("")}}, OneOrMany<double>{{std::nan(""), std::nan("")}}};
  s.has_slope.values = {true, true};
  s.at_bound.values = {true, false};
  s.at_limit.values = {false, true};
  s.determined.values = {false, false};
  CHECK(kind_of(s) == "time constant");
  r.shape_parameters.reset();
  r.time_constants = {s};
  CHECK(doubts(r) ==
        std::vector<std::string>{
            "tau[1] is not determined: these data fit about as well with very different values.",
            "tau[1] ended at one of its bounds: the best may lie beyond, where its interval says nothing.",
            "tau[2] is longer than these data can tell: it ended at 4000 ms, as high as a fit lets it go."});
}

TEST_CASE("a table of many rules shows three digits of each coefficient") {
  CHECK(short_formula("rule r\nparam a = 0.0123456\nparam b = 1234.5\ndw = a * w + b * post * pre'\n") ==
        "dw = 0.0123*w + 1230*(post*pre')");
}

TEST_CASE("brackets are explained where a formula has some") {
  const auto of = [](const std::string& text) { return meaning_of_brackets(check_rule({"t", "rule t\n" + text})); };
  CHECK(of("param a = 1\ndw = a*(post > 0.5)*pre'") ==
        "A bracket [ ] is 1 where the comparison in it holds, and 0 elsewhere.");
  CHECK_FALSE(of("param a = 1\nstate c: post = 0\nnext c = (c <= post) .* post\ndw = a*c*pre'").empty());
  CHECK(of("param a = 1\ndw = a*step(post)*pre'").empty());
}

TEST_CASE("of a formula's letters those are explained that it has") {
  const Letters letters = {"x_j", "y_i", "e_j", "e_i"};
  const auto of = [&](const std::string& text) { return explained(check_rule({"t", "rule t\n" + text}), letters); };
  CHECK(of("param a = 1\ndw = a*post*pre'") == ", with activities x_j and y_i");
  CHECK(of("param a = 1\ndw = a*err_post*pre'") == ", with activity x_j and error e_i");
  CHECK(of("param a = 1\ndw = a*err_post*err_pre'") == ", with errors e_j and e_i");
  CHECK(of("param a = 1\ndw = a*w") == "");
  CHECK(of("param a = 1\nstate c: post x pre = 0\nnext c = c + post*pre'\ndw = a*c") ==
        ", with activities x_j and y_i");
  CHECK(explained(check_rule({"t", "rule t\nparam a = 1\ndw = a*post*pre'"}), {"y", "y", "e", "e"}) ==
        ", with activities y");
}

TEST_CASE("numbers have digits that count, and no power of ten below a million") {
  CHECK(significant(0.039912) == "0.0399");
  CHECK(significant(1350.4) == "1350");
  CHECK(significant(2000) == "2000");
  CHECK(significant(-123456) == "-123000");
  CHECK(significant(2.5e6) == "2.5e+06");
  CHECK(ends(907.3, 2000) == "907 to 2000");
  CHECK(percent(-4.86e11, {-1.77e12, 1}) == "-4.86e+13 % (-1.77e+14 to 100)");
  CHECK(loss_text(2.235e15, {-2.8e15, 7.3e15}) == "2.24e+15 (-2.8e+15 to 7.3e+15)");
}

TEST_CASE("time constants are shown in the unit of the rule file") {
  result::ShapeParameter tau;
  tau.parameter = "tau";
  tau.unit = "s";
  tau.written_in = "ms";
  tau.value.values = {0.17};
  tau.interval[0].values = {0.0178};
  tau.interval[1].values = {0.2};
  const result::ShapeParameter shown = in_its_unit(tau);
  CHECK(shown.unit == "ms");
  CHECK(shown.value.values[0] == doctest::Approx(170));
  CHECK(shown.interval[1].values[0] == doctest::Approx(200));
}
