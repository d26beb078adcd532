// Numbers inside of terms: what a rule file says of thresholds, exponents and time constants is kept by a search.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <random>

#include "recorded.hpp"
#include "report/make_result.hpp"
#include "report/sentences.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

// Twelve recordings of one neuron with two inputs between 0 and 1, whose weights change by `change` of an input and of what
// it was summed up to before.
std::vector<LayerRecording> changed_by(const std::function<double(double input, double sum)>& change,
                                       double noise = 0) {
  std::vector<LayerRecording> out;
  for (int number = 0; number < 12; ++number) {
    std::mt19937 random(static_cast<unsigned>(900 + number));
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    LayerRecording r;
    r.name = "recording " + std::to_string(number);
    r.steps = 40;
    r.n = 1;
    r.m = 2;
    double w[2] = {0.3 * normal(random), 0.3 * normal(random)};
    double sum[2] = {0, 0};
    for (int t = 0; t < r.steps; ++t) {
      r.time.push_back(t);
      for (int j = 0; j < 2; ++j) {
        r.w.push_back(w[j] + (t > 0 ? noise * normal(random) : 0));
        r.w_seen.push_back(1);
        const double x = uniform(random);
        r.pre.push_back(x);
        w[j] += change(x, sum[j]);
        sum[j] += x;
      }
    }
    out.push_back(std::move(r));
  }
  return out;
}

SearchResult found_by(const std::vector<LayerRecording>& recordings, const std::string& rule,
                      const SearchOptions& o = {}) {
  return search(check_rule({"rule", rule}), RecordingsObjective(recordings, {}, 1), o, {});
}

const ShapeParameter& only_shape(const SearchResult& r) {
  INFO(r.formula);
  REQUIRE(r.shape_parameters.size() == 1);
  REQUIRE(r.time_constants.empty());
  return r.shape_parameters[0];
}

std::vector<std::string> doubts_of(const SearchResult& r) { return doubts(make_result(r, {})); }

}  // namespace

TEST_CASE("a threshold without a slope is found by a scan, and this is told") {
  const SearchResult r = found_by(changed_by([](double x, double) { return x > 0.3 ? 0.1 : 0; }),
                                  "param a = 0\nparam theta = 0.6 in [0.1, 0.9]\nparam b = 0\n"
                                  "dw = a*ones_post*relu(sign(pre - theta*ones_pre))' + b*w");
  const ShapeParameter& theta = only_shape(r);
  CHECK(theta.parameter == "theta");
  CHECK(theta.value[0] == doctest::Approx(0.3).epsilon(0.02));
  CHECK(theta.scanned[0]);
  CHECK(theta.determined[0]);
  CHECK(theta.low[0] <= 0.3);
  CHECK(theta.high[0] >= 0.3);
  REQUIRE(r.terms.size() == 1);
  CHECK(coefficient(r, "a") == doctest::Approx(0.1));
  CHECK(r.test.loss.mean < 1e-9);
  CHECK(r.dropped == std::vector<std::string>{"b"});
  CHECK(terms_of(r.found.rule) == 1);
  CHECK(doubts_of(r) ==
        std::vector<std::string>{
            "theta has no slope: it was found by a scan of values, and its interval is one of the scan."});
}

TEST_CASE("a threshold with a slope is fitted with its term, beside others that go") {
  const SearchResult r = found_by(changed_by([](double x, double) { return x > 0.3 ? 0.2 * (x - 0.3) : 0; }, 0.01),
                                  "param b = 0\nparam a = 0\nparam theta = 0.6 in [0.1, 0.9]\nparam c = 0\n"
                                  "dw = b*ones_post*pre' + a*ones_post*relu(pre - theta*ones_pre)' + c*w");
  const ShapeParameter& theta = only_shape(r);
  CHECK(theta.value[0] == doctest::Approx(0.3).epsilon(0.1));
  CHECK(theta.has_slope[0]);
  CHECK(theta.determined[0]);
  CHECK(theta.low[0] > 0.2);
  CHECK(theta.low[0] < theta.value[0]);
  CHECK(theta.high[0] < 0.4);
  CHECK(theta.high[0] > theta.value[0]);
  CHECK(coefficient(r, "a") == doctest::Approx(0.2).epsilon(0.1));
  CHECK(r.terms.size() == 1);
}

TEST_CASE("an exponent is fitted from its initial value within its bounds") {
  const auto squares = changed_by([](double x, double) { return 0.1 * x * x; });
  const std::string dw = "\ndw = a*ones_post*(pre.^mu)'";
  const SearchResult free = found_by(squares, "param a = 0\nparam mu = 1 in [0.5, 3]" + dw);
  CHECK(only_shape(free).value[0] == doctest::Approx(2).epsilon(1e-3));
  CHECK(free.test.loss.mean < 1e-9);
  const SearchResult bounded = found_by(squares, "param a = 0\nparam mu = 1 in [0.5, 1.5]" + dw);
  CHECK(only_shape(bounded).value[0] == 1.5);
  CHECK(only_shape(bounded).at_bound[0]);
}

TEST_CASE("a threshold of a term that goes goes with it, and what begins at 0 is a term as it was") {
  const auto grown = changed_by([](double x, double) { return 0.1 * x; });
  const SearchResult r = found_by(grown,
                                  "param a = 0\nparam theta = 0.6 in [0.1, 0.9]\nparam b = 0\n"
                                  "dw = a*ones_post*sign(pre - theta*ones_pre)' + b*ones_post*pre'");
  CHECK(r.shape_parameters.empty());
  CHECK(r.found.rule.parameter_index("theta") < 0);
  CHECK(r.dropped == std::vector<std::string>{"a"});
  const SearchResult zero =
      found_by(grown, "param theta = 0\nparam b = 0\ndw = b*ones_post*relu(pre - theta*ones_pre)'");
  CHECK(zero.shape_parameters.empty());
  CHECK(zero.candidates.parameters.size() == 2);
  CHECK(terms_of(zero.candidates) == 2);
  CHECK(coefficient(zero, "b") == doctest::Approx(0.1));
}

TEST_CASE("a time constant of what is never forgotten ends where the data can't tell it from longer ones") {
  const SearchResult r = found_by(
      changed_by([](double, double sum) { return 0.01 * sum; }, 0.001),
      "param k = 0\nparam tau = 20 ms\nstate c: pre = 0\nnext c = (1 - 1 ms/tau)*c + pre\ndw = k*ones_post*c'");
  REQUIRE(r.time_constants.size() == 1);
  const ShapeParameter& tau = r.time_constants[0];
  CAPTURE(tau.value[0]);
  CHECK(tau.value[0] <= 4);  // 100 times 40 steps of 1 ms
  CHECK(tau.value[0] > 0.04);
  // Whether noise lets it stop before the end or not: no interval of no width.
  if (tau.determined[0]) {
    CHECK(tau.high[0] > 1.01 * tau.low[0]);
  } else {
    CHECK(std::isnan(tau.high[0]));
    CHECK(doubts_of(r).size() >= 1);
  }
  CHECK(r.test.accuracy.mean > 0.9);
}

TEST_CASE("of recordings without noise what is never forgotten ends at the limit, and this is told") {
  const SearchResult r = found_by(
      changed_by([](double, double sum) { return 0.01 * sum; }),
      "param k = 0\nparam tau = 20 ms\nstate c: pre = 0\nnext c = (1 - 1 ms/tau)*c + pre\ndw = k*ones_post*c'");
  REQUIRE(r.time_constants.size() == 1);
  const ShapeParameter& tau = r.time_constants[0];
  CHECK(tau.value[0] == doctest::Approx(4));
  CHECK(tau.at_limit[0]);
  CHECK_FALSE(tau.at_bound[0]);
  CHECK_FALSE(tau.determined[0]);
  CHECK(std::isnan(tau.low[0]));
  CHECK(std::isnan(tau.high[0]));
  const std::vector<std::string> said = doubts_of(r);
  CHECK(std::count(said.begin(), said.end(),
                   "tau is longer than these data can tell: it ended at 4000 ms, as high as a fit lets it go.") == 1);
}

TEST_CASE("no row of a search has more terms than were asked for, nor terms that are 0") {
  SearchOptions o;
  for (std::size_t most : {0, 2, 1}) {
    CAPTURE(most);
    o.constraints.max_terms = most;
    const SearchResult r = search(candidates(), RecordingsObjective(recordings(0, true, false), {}, 1), o, {});
    for (const PathStep& step : r.path) {
      if (most > 0) CHECK(terms_of(step.fitted.rule) <= most);
      CHECK(std::count(step.fitted.theta.begin(), step.fitted.theta.end(), 0.0) == 0);
    }
    for (const FrontRule& row : front_of(r)) CHECK((most == 0 || row.complexity <= most));
  }
}

TEST_CASE("where every rule needs more terms than were asked for, this is told and no larger rule is given") {
  SearchOptions o;
  o.constraints.max_terms = 1;
  const std::string product = "param a = 0.1\nparam b = 0.5\ndw = a*b*ones_post*pre'";
  const auto grown = changed_by([](double x, double) { return 0.1 * x; });
  CHECK(found_by(grown, product).terms.size() == 2);
  std::string said;
  try {
    found_by(grown, product, o);
  } catch (const std::runtime_error& e) {
    said = e.what();
  }
  CHECK(said == "‹max-terms› 1: no rule of so few terms could be fitted\n  hint: allow more terms with ‹max-terms›");
}
