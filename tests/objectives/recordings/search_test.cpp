#include <doctest/doctest.h>

#include <random>

#include "../../files.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

TEST_CASE("the rule that made recordings of weights is found, with its coefficients and the noise") {
  for (double noise : {0.0, 0.003}) {
    CAPTURE(noise);
    const RecordingsObjective objective(recordings(noise, true, false), {}, 1);
    const SearchResult r = searched(objective);
    CHECK(r.terms.size() == 2);
    CHECK(coefficient(r, "hebb") == doctest::Approx(0.05).epsilon(0.02));
    CHECK(coefficient(r, "subspace") == doctest::Approx(-0.05).epsilon(0.02));
    CHECK(r.test.accuracy.mean > 0.99);
    const auto found = objective.noise(plan::lower(r.found.rule), r.found.theta);
    if (noise > 0) CHECK(found.weights == doctest::Approx(noise).epsilon(0.05));
    CHECK(found.post == 0);
  }
}

TEST_CASE("activities alone tell the rule as well") {
  const RecordingsObjective objective(recordings(0.01, false, true), {}, 1);
  CHECK(objective.weight_scale() == 0);
  const SearchResult r = searched(objective);
  INFO(r.formula);
  INFO(r.why);
  CHECK(r.terms.size() == 2);
  CHECK(coefficient(r, "hebb") == doctest::Approx(0.05).epsilon(0.05));
  CHECK(coefficient(r, "subspace") == doctest::Approx(-0.05).epsilon(0.05));
}

TEST_CASE("fits can begin with one step after another, from the weights that were recorded; the simulation decides") {
  const RecordingsObjective whole(recordings(0, true, false), {}, 1);
  RecordingsOptions options;
  options.one_step = true;
  const RecordingsObjective warm(recordings(0, true, false), options, 1);
  const Rule rule = check_rule({"oja", "param a = 0\ndw = a * (post * pre' - post * post' * w)"});
  const auto loss = [&](const Objective& objective, double a) {
    return objective.compile({plan::lower(rule), {}, Precision::float64})->run(Part::test, 1, {a})[0].loss;
  };
  REQUIRE(warm.surrogate() != nullptr);
  CHECK(warm.surrogate()->surrogate() == nullptr);
  CHECK(warm.surrogate()->identity() != warm.identity());
  CHECK(loss(*warm.surrogate(), 0.05) < 1e-20);
  // Errors do not accumulate there, but where rules are judged.
  CHECK(loss(*warm.surrogate(), 0.04) < 0.1 * loss(whole, 0.04));
  CHECK(loss(*warm.surrogate(), 0.04) > 0);
  CHECK(loss(warm, 0.04) == loss(whole, 0.04));
  const SearchResult r = searched(warm);
  CHECK(r.terms.size() == 2);
  CHECK(coefficient(r, "hebb") == doctest::Approx(0.05));
  CHECK(coefficient(r, "subspace") == doctest::Approx(-0.05));

  CHECK_HAS(error_of([&] { RecordingsObjective(recordings(0, false, true), options, 1); }),
            "‹one-step›: no step can start from recorded weights");
}

TEST_CASE("no rule explains weights that wander at random, with or without a warm start") {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<LayerRecording> walks = recordings(0, true, false);
  for (LayerRecording& r : walks) {
    for (std::size_t k = n * m; k < r.w.size(); ++k) r.w[k] = r.w[k - n * m] + 0.05 * normal(random);
  }
  for (bool one_step : {false, true}) {
    CAPTURE(one_step);
    RecordingsOptions options;
    options.one_step = one_step;
    const SearchResult r = searched(RecordingsObjective(walks, options, 1));
    INFO(r.formula);
    CHECK_FALSE(r.comparison.chance.beaten);
    CHECK(r.test.accuracy.mean < 0.2);
  }
}

TEST_CASE("a time constant that a search gives back has an interval of its logarithm, so above 0") {
  std::vector<LayerRecording> made = choosers(0.02, 0.75, true);
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (LayerRecording& r : made) {
    for (std::size_t k = 2; k < r.w.size(); ++k) r.w[k] += 4 * normal(random);
  }
  const RecordingsObjective objective(std::move(made), sigmoid(), 1);
  const Rule rule = check_rule({"remembers",
                                "signal reward\nparam a = 0 param decay = 0 param tau = 20 ms\nstate trace: pre = 0\n"
                                "next trace = (1 - 1 ms / tau) * trace + pre\n"
                                "dw = a * reward * ones_post * ((1 - 1 ms / tau) * trace + pre)' + decay * w"});
  SearchOptions o;
  const SearchResult r = search(rule, objective, o, {});
  REQUIRE(r.time_constants.size() == 1);
  const ShapeParameter& tau = r.time_constants[0];
  CAPTURE(tau.value[0]);
  CAPTURE(tau.low[0]);
  CAPTURE(tau.high[0]);
  CHECK(tau.low[0] > 0);
  CHECK(tau.low[0] < 0.004);
  CHECK(tau.high[0] > 0.004);
  CHECK(tau.high[0] > 3 * tau.low[0]);  // so wide that an interval of the value itself lay elsewhere
  // Round the fitted value, of which the printed one is a rounding.
  CHECK(std::sqrt(tau.low[0] * tau.high[0]) == doctest::Approx(tau.value[0]).epsilon(0.05));
}
