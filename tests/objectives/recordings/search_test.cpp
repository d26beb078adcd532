#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "../../files.hpp"
#include "objectives/recordings/permuted.hpp"
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

namespace {

// One synapse that changes by -0.4 x + 0.3 x^2, without noise; the first `silent` recordings have no input.
std::vector<LayerRecording> of_one_synapse(int count, int silent, unsigned seed) {
  std::vector<LayerRecording> out;
  for (int number = 0; number < count; ++number) {
    std::mt19937 random(seed * 100 + static_cast<unsigned>(number));
    std::normal_distribution<double> normal;
    LayerRecording r;
    r.name = "synapse " + std::to_string(number);
    r.steps = 8;
    r.n = r.m = 1;
    double w = normal(random);
    for (int t = 0; t < r.steps; ++t) {
      const double x = number < silent ? 0 : normal(random);
      r.time.push_back(t);
      r.pre.push_back(x);
      r.w.push_back(w);
      r.w_seen.push_back(1);
      w += -0.4 * x + 0.3 * x * x;
    }
    out.push_back(std::move(r));
  }
  return out;
}

Rule two_of_four() {
  return check_rule({"four",
                     "param a = 0 param b = 0 param c = 0 param d = 0\n"
                     "dw = a * ones_post * pre' + b * ones_post * (pre .* pre)' + c * w + d * post * pre'"});
}

}  // namespace

TEST_CASE("an exact rule is kept whatever the seed, with six recordings of one synapse") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const RecordingsObjective objective(of_one_synapse(6, 0, seed), {}, seed);
    const SearchResult r = search(two_of_four(), objective, {}, {});
    INFO(r.formula);
    CHECK(r.terms.size() == 2);
    CHECK(coefficient(r, "a") == doctest::Approx(-0.4).epsilon(1e-6));
    CHECK(coefficient(r, "b") == doctest::Approx(0.3).epsilon(1e-6));
    // As people write them.
    CHECK(r.formula.find("-0.4*") != std::string::npos);
    CHECK(r.comparison.chance.beaten);
    // Every recording was foretold by a search that did not know it.
    REQUIRE(r.held_out.size() == 5);
    std::size_t units = 0;
    for (const HeldOut& h : r.held_out) {
      units += h.units.size();
      CHECK(h.terms == std::vector<std::string>{"a", "b"});
    }
    CHECK(units == 6);
    CHECK(r.test.losses.size() == 6);
    CHECK(r.choice.front().kind == ChoiceStep::Kind::least_loss);
    CHECK(r.choice.back().kind == ChoiceStep::Kind::stays);
  }
}

TEST_CASE("recordings in which nothing happens neither vote nor stand for others") {
  // Eight of twelve: too few of those that tell something to keep any apart.
  const RecordingsObjective objective(of_one_synapse(12, 8, 1), {}, 1);
  CHECK(objective.units(Part::test) == 0);
  const SearchResult r = search(two_of_four(), objective, {}, {});
  CHECK(r.terms.size() == 2);
  CHECK(r.test.accuracy.mean == doctest::Approx(1));
  CHECK(r.comparison.chance.beaten);
  CHECK(RecordingsObjective(of_one_synapse(16, 4, 1), {}, 1).units(Part::test) == 5);
}

TEST_CASE("recordings that are named for the test are reported on, and nothing else knows them") {
  std::vector<LayerRecording> all = of_one_synapse(9, 0, 1);
  const std::vector<LayerRecording> test(all.begin(), all.begin() + 2);
  all.erase(all.begin(), all.begin() + 2);
  const RecordingsObjective objective(all, {}, 1, test);
  CHECK(objective.units(Part::test) == 2);
  CHECK(objective.units(Part::search) == 7);
  const SearchResult r = search(two_of_four(), objective, {}, {});
  CHECK(r.test.losses.size() == 2);
  CHECK(r.held_out.empty());
  std::vector<LayerRecording> other = test;
  for (std::size_t k = 1; k < other[0].w.size(); ++k) other[0].w[k] += 1;
  const RecordingsObjective with_other(all, {}, 1, other);
  const SearchResult same = search(two_of_four(), with_other, {}, {});
  CHECK(same.formula == r.formula);
  CHECK(same.test.loss.mean > r.test.loss.mean + 0.01);
}

TEST_CASE("of permuted recordings every input stays where it is, every output goes elsewhere, and nothing is found") {
  const std::vector<LayerRecording> all = recordings(0.01, true, false);
  const std::vector<LayerRecording> mixed = permuted(all, 3);
  REQUIRE(mixed.size() == all.size());
  int turned = 0;
  for (std::size_t k = 0; k < all.size(); ++k) {
    CHECK(mixed[k].pre == all[k].pre);
    CHECK(mixed[k].name == all[k].name);
    // First weights are those of another recording, and so are changes or their negative.
    int from = 0;
    for (std::size_t other = 0; other < all.size(); ++other) {
      if (!std::equal(all[other].w.begin(), all[other].w.begin() + n * m, mixed[k].w.begin())) continue;
      CHECK(other != k);
      const std::size_t last = all[other].w.size() - 1;
      const double change = all[other].w[last] - all[other].w[last % (n * m)];
      CHECK(std::abs(mixed[k].w[last] - mixed[k].w[last % (n * m)]) == doctest::Approx(std::abs(change)));
      turned += (mixed[k].w[last] - mixed[k].w[last % (n * m)]) * change < 0;
      ++from;
    }
    CHECK(from == 1);
  }
  CHECK(turned == 6);
  RecordingsOptions options;
  options.permuted = true;
  const SearchResult r = searched(RecordingsObjective(mixed, options, 1));
  CHECK_FALSE(r.comparison.chance.beaten);
  CHECK_HAS(r.comparison.chance.text, "Outputs were permuted, so that is as it should be.");
}
