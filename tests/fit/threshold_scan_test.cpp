// Thresholds inside of steps: found where they were put, with intervals that hold what they say.
#include "fit/threshold_scan.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

#include "expression/check/check.hpp"
#include "fit/coefficients.hpp"
#include "objectives/recordings/objective.hpp"
#include "search/search.hpp"

using namespace rule_search;

namespace {

const char* const gated =
    "param a = 0\nparam b = 0\nparam theta = 0.7 in [0, 1]\ndw = a * ones_post * (pre > theta)' + b * w\n";

Rule rule_of(const std::string& text) { return check_rule({"test", "rule test\n" + text}); }

// dw = 0.1 (pre > 0.3) - 0.05 w, observed with noise.
std::vector<LayerRecording> recorded(unsigned seed, int count, int steps, double noise) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<LayerRecording> out;
  for (int k = 0; k < count; ++k) {
    LayerRecording r;
    r.name = "recording " + std::to_string(k);
    r.steps = steps;
    r.n = 1;
    r.m = 2;
    std::vector<double> w = {0.5 * normal(random), 0.5 * normal(random)};
    for (int t = 0; t < steps; ++t) {
      r.time.push_back(t);
      for (double& x : w) {
        r.w.push_back(x + (t > 0 ? noise * normal(random) : 0));
        r.w_seen.push_back(1);
        const double pre = uniform(random);
        r.pre.push_back(pre);
        x += 0.1 * (pre > 0.3 ? 1 : 0) - 0.05 * x;
      }
    }
    r.w_error.assign(r.w.size(), noise > 0 ? noise : 1e-3);
    out.push_back(std::move(r));
  }
  return out;
}

}  // namespace

TEST_CASE("a threshold without noise is found between the values that tell it apart") {
  for (const char* comparison :
       {"(pre > theta)", "(theta < pre)", "step(pre - theta * ones_pre)", "relu(sign(pre - theta * ones_pre))"}) {
    CAPTURE(comparison);
    std::string text = gated;
    text.replace(text.find("(pre > theta)"), 13, comparison);
    const Rule rule = rule_of(text);
    const std::vector<LayerRecording> data = recorded(1, 4, 60, 0);
    double below = 0;
    double above = 1;
    for (const LayerRecording& r : data) {
      for (const double pre : r.pre) {
        if (pre <= 0.3) below = std::max(below, pre);
        if (pre > 0.3) above = std::min(above, pre);
      }
    }
    const RecordingsObjective objective(data, {}, 1);
    CoefficientFitOptions options;
    options.start = ParameterLayout(rule.parameters, 1).initial;
    const CoefficientFit fitted = fit_coefficients(rule, objective, options, {});
    // A value of pre in the last row brings nothing about.
    CHECK(fitted.entries[2].value > below - 0.02);
    CHECK(fitted.entries[2].value < above + 0.02);
    CHECK(fitted.entries[2].low <= 0.3);
    CHECK(fitted.entries[2].high >= 0.3);
    CHECK(fitted.entries[2].determined);
    CHECK(fitted.entries[0].value == doctest::Approx(0.1).epsilon(1e-6));
  }
}

TEST_CASE("95 % intervals of thresholds hold what they say") {
  const Rule rule = rule_of(gated);
  int held = 0;
  constexpr int sets = 100;
  for (int s = 0; s < sets; ++s) {
    const RecordingsObjective objective(recorded(static_cast<unsigned>(1000 + s), 4, 25, 0.2), {}, 1);
    CoefficientFitOptions options;
    options.start = {0, 0, 0.7};
    const CoefficientFit fitted = fit_coefficients(rule, objective, options, {});
    held += fitted.entries[2].low <= 0.3 && 0.3 <= fitted.entries[2].high;
  }
  // 95 less three standard deviations of a binomial distribution.
  CHECK(held >= 88);
}

TEST_CASE("a search begins and ends with a scanned threshold") {
  const Rule rule = rule_of(
      "param a = 0\nparam b = 0\nparam c = 0\nparam theta = 0.7 in [0, 1]\n"
      "dw = a * ones_post * (pre > theta)' + b * w + c * ones_post * pre'\n");
  const RecordingsObjective objective(recorded(7, 8, 60, 0.02), {}, 1);
  const SearchResult found = search(rule, objective, {});
  REQUIRE(found.shape_parameters.size() == 1);
  const ShapeParameter& theta = found.shape_parameters[0];
  CHECK(theta.value[0] == doctest::Approx(0.3).epsilon(0.1));
  CHECK(theta.low[0] <= 0.3);
  CHECK(theta.high[0] >= 0.3);
  CHECK(theta.high[0] - theta.low[0] < 0.1);
  CHECK(theta.scanned[0]);
  CHECK(theta.determined[0]);
  std::vector<std::string> terms;
  for (const TermReport& t : found.terms) terms.push_back(t.parameter);
  CHECK(terms == std::vector<std::string>{"a", "b"});
}
