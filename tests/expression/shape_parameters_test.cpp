#include "expression/shape_parameters.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "../files.hpp"
#include "expression/rule.hpp"

using namespace rule_search;

namespace {

bool is_shape_in(const std::string& text, const std::string& parameter = "p") {
  const Rule rule = check_rule({"rule", text});
  return is_shape(rule.parameters.at(static_cast<std::size_t>(rule.parameter_index(parameter))));
}

// Of a number p that begins at 0.5, beside a coefficient a.
bool is_shape_in_dw(const std::string& dw) { return is_shape_in("param a = 0\nparam p = 0.5\ndw = " + dw); }

}  // namespace

TEST_CASE("what dw is not affine in is no coefficient") {
  for (const char* dw : {
           "a * relu(post - p * ones_post) * pre'",
           "a * post * sign(pre - p * ones_pre)'",
           "a * post * (pre.^p)'",
           "a * tanh(p * post) * pre'",
           "a * post * pre' / (p + dot(pre, pre))",
           "a * (post ./ (p * ones_post + post)) * pre'",
           "a * p * p * post * pre'",
           "a * p^2 * post * pre'",
           "a * sqrt(p) * post * pre'",
           "a * norm(p * post) * post * pre'",
           "a * post * pre' + p * relu(w - p * ones_post * ones_pre')",
           "a * dot(post - p * ones_post, post - p * ones_post) * w",
       }) {
    CAPTURE(dw);
    CHECK(is_shape_in_dw(dw));
  }
}

TEST_CASE("what dw is affine in stays a coefficient, also in a product with another one") {
  for (const char* dw : {
           "a * w + p * post * pre'",
           "a * w - (pre * (p * post)')'",
           "a * p * post * pre'",
           "a * (post .* (post - p * ones_post)) * pre'",
           "a * (post - p * ones_post) * pre' / (1 + dot(pre, pre))",
           "a * sum(p * post) * w + p * mean(pre) * w",
           "a * w + p * dot(post, post) * w",
       }) {
    CAPTURE(dw);
    CHECK_FALSE(is_shape_in_dw(dw));
  }
}

TEST_CASE("what a state becomes again and again is not affine in the share that stays") {
  const auto memory = [](const std::string& next, const std::string& dw) {
    return is_shape_in("param a = 0\nparam p = 0.5\nstate trace: pre = 0\nnext trace = " + next + "\ndw = " + dw);
  };
  CHECK(memory("p * trace + pre", "a * post * trace'"));
  CHECK(memory("trace + p * (pre - trace)", "a * post * trace'"));
  CHECK_FALSE(memory("0.9 * trace + p * pre", "a * post * trace'"));
  CHECK(memory("0.9 * trace + p * pre", "a * post * (trace .* trace)'"));
  CHECK(memory("0.9 * trace + p * pre", "a * w + p * post * trace'"));
  CHECK_FALSE(memory("0.9 * trace + pre", "a * w + p * post * trace'"));
}

TEST_CASE("a number that begins at 0 and may be 0 is a term as its file has it") {
  const std::string dw = "\nparam a = 0\ndw = a * relu(post - p * ones_post) * pre'";
  CHECK_FALSE(is_shape_in("param p = 0" + dw));
  CHECK_FALSE(is_shape_in("param p = 0 in [-1, 1]" + dw));
  CHECK_FALSE(is_shape_in("param p[layer] = [0, 0]" + dw));
  CHECK(is_shape_in("param p[layer] = [0, 0.5]" + dw));
  CHECK(is_shape_in("param p = 0.3 in [0, 1]" + dw));
  CHECK(is_shape_in("param p = 0.3 in [0.1, 0.9]" + dw));
  CHECK(is_shape_in("param p = -0.3 in [-0.9, -0.1]" + dw));
}

TEST_CASE("a shape parameter goes with the last term that needs it, and is counted as none") {
  const Rule rule = check_rule({"rule",
                                "param a = 0\nparam p = 0.5\nparam b = 0\nparam tau = 20 ms\nstate trace: pre = 0\n"
                                "next trace = trace + 1 ms / tau * (pre - trace)\n"
                                "dw = a * relu(post - p * ones_post) * trace' + b * w"});
  CHECK(terms_of(rule) == 2);
  CHECK(is_time_constant(rule.parameters[3]));
  CHECK_FALSE(is_time_constant(rule.parameters[1]));
  const Rule rest = without(rule, {true, false, false, false});
  REQUIRE(rest.parameters.size() == 1);
  CHECK(rest.parameters[0].name == "b");
  const Rule half = without(rule, {false, false, true, false});
  REQUIRE(half.parameters.size() == 3);
  CHECK(is_shape(half.parameters[1]));
}

TEST_CASE("bounds that are told later make a shape parameter of what may not be 0 any more") {
  Rule rule = check_rule({"rule", "param a = 0\nparam p = 0\ndw = a * relu(post - p * ones_post) * pre'"});
  mark_shape_parameters(rule);
  CHECK_FALSE(is_shape(rule.parameters[1]));
  rule.parameters[1].lower = 0.1;
  mark_shape_parameters(rule);
  CHECK(is_shape(rule.parameters[1]));
  CHECK(is_term(rule.parameters[0]));
}

TEST_CASE(
    "a parameter that stands inside a step alone is a threshold, which is told, since no fit by derivatives moves it") {
  const auto told = [](const std::string& text) {
    Rule rule = check_rule({"rule", text});
    mark_shape_parameters(rule);
    return notes_on_thresholds(rule);
  };
  const std::vector<std::string> notes =
      told("param a = 0\nparam theta = 0.3 in [0.2, 0.9]\ndw = a*sign(post - theta*ones_post)*pre'");
  REQUIRE(notes.size() == 1);
  CHECK_HAS(notes[0], "theta stands inside sign(), step() or comparisons alone");
  CHECK_HAS(notes[0], "values from 0.2 to 0.9.");
  CHECK(told("param a = 0\nparam theta = 0.3\ndw = a*(post > theta)*pre'").size() == 1);
  const std::vector<std::string> from_zero = told("param a = 0\nparam theta = 0\ndw = a*(post > theta)*pre'");
  REQUIRE(from_zero.size() == 1);
  CHECK_HAS(from_zero[0], "values from -1 to 1; give it bounds");
  CHECK(told("param a = 0\nparam theta = 0.3\ndw = a*max(post, theta)*pre'").empty());
  CHECK(told("param a = 0\nparam theta = 0.3\ndw = a*relu(post - theta*ones_post)*pre'").empty());
  CHECK(told("param a = 0\nparam theta = 0.3\ndw = a*theta*sign(post - theta*ones_post)*pre'").empty());
  CHECK(told("param a = 0\nparam theta = 0.3\nstate c: post = 0\nnext c = 0.5*c + sign(post - theta*ones_post)\n"
             "dw = a*c*pre'")
            .size() == 1);
}
