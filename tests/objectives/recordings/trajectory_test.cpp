#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "../../files.hpp"
#include "expression/rule.hpp"
#include "objectives/recordings/known_weights.hpp"
#include "objectives/recordings/objective.hpp"
#include "objectives/recordings/simulation.hpp"
#include "search/search.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

constexpr int n = 3;
constexpr int m = 5;

// A layer that learns by Oja's subspace rule, written out by synapse, with what an observer notes of it.
LayerRecording observed(int number, int steps, double eta, double noise, bool weights, bool activities) {
  std::mt19937 random(static_cast<unsigned>(100 + number));
  std::normal_distribution<double> normal;
  double mix[m][m];
  for (auto& row : mix) {
    for (double& x : row) x = 0.5 * normal(random);
  }
  LayerRecording r;
  r.name = "recording " + std::to_string(number);
  r.steps = steps;
  r.n = n;
  r.m = m;
  double w[n][m];
  for (auto& row : w) {
    for (double& x : row) x = 0.3 * normal(random);
  }
  for (int t = 0; t < steps; ++t) {
    r.time.push_back(t);
    double hidden[m];
    double x[m] = {};
    for (double& h : hidden) h = normal(random);
    for (int j = 0; j < m; ++j) {
      for (int k = 0; k < m; ++k) x[j] += mix[j][k] * hidden[k];
      r.pre.push_back(x[j]);
    }
    double y[n] = {};
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        y[i] += w[i][j] * x[j];
        r.w.push_back(w[i][j] + (t > 0 ? noise * normal(random) : 0));
        r.w_seen.push_back(weights || t == 0);
      }
      if (activities) {
        r.post.push_back(y[i] + noise * normal(random));
        r.post_seen.push_back(1);
      }
    }
    double change[n][m];
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        double seen = 0;
        for (int k = 0; k < n; ++k) seen += y[k] * w[k][j];
        change[i][j] = eta * y[i] * (x[j] - seen);
      }
    }
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) w[i][j] += change[i][j];
    }
  }
  return r;
}

std::vector<LayerRecording> recordings(double noise, bool weights, bool activities) {
  std::vector<LayerRecording> out;
  for (int k = 0; k < 12; ++k) out.push_back(observed(k, 60, 0.05, noise, weights, activities));
  return out;
}

Rule candidates() {
  return check_rule({"terms", R"(
param hebb = 0
param forget = 0
param decay = 0
param subspace = 0
param bias = 0
param squared = 0
dw = hebb * post * pre' + forget * (post .* post .* w) + decay * w + subspace * post * (w' * post)'
     + bias * ones_post * pre' + squared * (post .* post) * pre'
)"});
}

SearchResult searched(const RecordingsObjective& objective) {
  SearchOptions o;
  o.fit_units = o.refit_units = objective.units(Part::search);
  o.validation_units = o.curve_units = objective.units(Part::validation);
  o.test_units = objective.units(Part::test);
  return search(candidates(), objective, o, {});
}

double coefficient(const SearchResult& r, const std::string& name) {
  for (const TermReport& t : r.terms) {
    if (t.parameter == name) return t.coefficient[0];
  }
  return 0;
}

}  // namespace

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

namespace {

// Without weights, or with first ones as noisy as all others.
std::vector<LayerRecording> without_first(double noise, bool weights, bool activities) {
  std::vector<LayerRecording> out = recordings(noise, weights, activities);
  std::mt19937 random(9);
  std::normal_distribution<double> normal;
  for (LayerRecording& r : out) {
    for (std::size_t k = 0; k < n * m; ++k) {
      r.w[k] = weights ? r.w[k] + noise * normal(random) : 0;
      r.w_seen[k] = weights;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("first weights that were not recorded are found with the rule, in every recording its own") {
  const RecordingsObjective objective(without_first(0.01, false, true), {}, 1);
  CHECK(objective.fitted_initial_weights_of_all() == 12 * n * m);
  const SearchResult r = searched(objective);
  INFO(r.formula);
  CHECK(r.terms.size() == 2);
  CHECK(coefficient(r, "hebb") == doctest::Approx(0.05).epsilon(0.05));
  CHECK(coefficient(r, "subspace") == doctest::Approx(-0.05).epsilon(0.05));
  // What the fit of the first weights takes away of the noise is not taken for less noise.
  CHECK(objective.noise(plan::lower(r.found.rule), r.found.theta).post == doctest::Approx(0.01).epsilon(0.06));
  // Without noise those come out that the recordings were made with.
  const RecordingsOptions options;
  const ResidualScales scales{0, 1, 0, 0};
  const plan::Plan plan = plan::lower(check_rule({"oja", "param a = 0\ndw = a * (post * pre' - post * post' * w)"}));
  const std::vector<LayerRecording> exact = recordings(0, false, true);
  const std::vector<LayerRecording> blind = without_first(0, false, true);
  for (std::size_t k = 0; k < 3; ++k) {
    const std::vector<double> known = known_initial_weights(blind[k], options, scales);
    Simulation simulation(plan, blind[k], known, {}, options, scales);
    const Simulated simulated = simulation.run({0.05});
    for (const Outcome& o : simulated.outcomes) CHECK(o.loss < 1e-9);
    for (std::size_t s = 0; s < n * m; ++s)
      CHECK(simulated.initial_weights[s] == doctest::Approx(exact[k].w[s]).epsilon(1e-3));
  }
}

TEST_CASE("held-out recordings have their first weights fitted to the first half, and count with the second") {
  const RecordingsObjective objective(without_first(0.01, false, true), {}, 1);
  const plan::Plan plan =
      plan::lower(check_rule({"oja", "param a = 0 param b = 0\ndw = a * post * pre' - b * post * post' * w"}));
  const auto run = [&](std::vector<double> theta, std::vector<int> directions) {
    return objective.compile(plan, std::move(directions), Precision::twice, {})->run(Part::test, n, theta);
  };
  const std::vector<Outcome> here = run({0.05, 0.05}, {0, 1});
  CHECK(objective.answers(Part::search, 0) == 60);
  CHECK(objective.answers(Part::test, 0) == 30);
  // The same by hand: the first half by itself, then on from there.
  LayerRecording half = objective.recording(Part::test, 0);
  for (std::size_t k = 30 * n; k < half.post_seen.size(); ++k) half.post_seen[k] = 0;
  const RecordingsOptions options;
  const ResidualScales scales{0, objective.post_scale(), 0, 0};
  const std::vector<double> known = known_initial_weights(half, options, scales);
  Simulation simulation(plan, half, known, {}, options, scales);
  const std::vector<double> fitted = simulation.run({0.05, 0.05}).initial_weights;
  LayerRecording whole = objective.recording(Part::test, 0);
  for (std::size_t k = 0; k < n * m; ++k) {
    whole.w[k] = fitted[k];
    whole.w_seen[k] = 1;
  }
  const std::vector<double> given(whole.w.begin(), whole.w.begin() + n * m);
  Simulation on(plan, whole, given, {}, options, scales);
  const std::vector<Outcome> expected = on.run({0.05, 0.05}).outcomes;
  for (std::size_t i = 0; i < n; ++i) {
    REQUIRE(here[i].residuals.size() == 30);
    for (std::size_t k = 0; k < 30; ++k)
      CHECK(here[i].residuals[k] == doctest::Approx(expected[i].residuals[30 + k]).epsilon(1e-3));
  }
  // Slopes of what is foretold, first weights moving along; residuals are small, so nearly exact.
  const std::vector<Outcome> above = run({0.05 + 1e-4, 0.05}, {});
  const std::vector<Outcome> below = run({0.05 - 1e-4, 0.05}, {});
  for (std::size_t k = 0; k < 30; ++k)
    CHECK(here[0].jacobian[2 * k] ==
          doctest::Approx((above[0].residuals[k] - below[0].residuals[k]) / 2e-4).epsilon(0.05).scale(0.2));
}

TEST_CASE("weights that were seen once have a size, and recordings that nobody could judge by are refused") {
  // Activities at every time and a probe of the weights at the end.
  std::vector<LayerRecording> probed = without_first(0.01, false, true);
  const std::vector<LayerRecording> known = recordings(0, true, false);
  for (std::size_t k = 0; k < probed.size(); ++k) {
    for (std::size_t s = 59 * n * m; s < 60 * n * m; ++s) {
      probed[k].w[s] = known[k].w[s];
      probed[k].w_seen[s] = 1;
    }
  }
  const RecordingsObjective objective(probed, {}, 1);
  CHECK(objective.weight_scale() > 0.1);
  CHECK(objective.answers(Part::search, 0) == 60 + m);
  // No first weight knows of the second half of a held-out recording.
  const plan::Plan still = plan::lower(check_rule({"still", "param a = 0\ndw = a * w"}));
  const auto foretold = [&](const RecordingsObjective& o) {
    return o.compile(still, {}, Precision::twice, {})->run(Part::test, 1, {0})[0].residuals;
  };
  CHECK(std::abs(foretold(objective).back()) > 1e-3);
  // Recordings with activities alone, and one with weights as well that is held out.
  std::vector<LayerRecording> mixed = without_first(0.01, false, true);
  std::size_t told = 0;
  for (std::size_t k = 0; k < mixed.size(); ++k) {
    std::vector<LayerRecording> one = mixed;
    one[k] = probed[k];
    const std::string message = error_of([&] { RecordingsObjective(one, {}, 1); });
    if (message.empty()) continue;  // it is searched on
    CHECK_HAS(message, "recording " + std::to_string(k) + ": has weights, which no recording to search on has");
    ++told;
  }
  CHECK(told == 8);
  // Nothing to be judged by.
  for (bool early : {false, true}) {
    std::vector<LayerRecording> half = without_first(0.01, false, true);
    for (LayerRecording& r : half) {
      for (std::size_t k = 0; k < r.post_seen.size(); ++k) {
        if ((k < 30 * n) != early) r.post_seen[k] = 0;
      }
    }
    CHECK_HAS(error_of([&] { RecordingsObjective(half, {}, 1); }),
              early ? "but in the second half nothing was recorded" : "but in the first half nothing was recorded");
  }
  std::vector<LayerRecording> large = without_first(0.01, false, true);
  for (LayerRecording& r : large) {
    r.m = 5000;
    r.pre.assign(static_cast<std::size_t>(r.steps * r.m), 0.5);
    r.w.assign(static_cast<std::size_t>(r.steps * r.n * r.m), 0);
    r.w_seen.assign(r.w.size(), 0);
  }
  CHECK_HAS(error_of([&] { RecordingsObjective(large, {}, 1); }),
            "15000 first weights were not recorded; to fit them takes");
}

TEST_CASE("slopes are of what the best first weights leave") {
  // Far from the rule that made them, so that residuals are not small; some weights seen later, some never.
  std::vector<LayerRecording> all = without_first(0.02, false, true);
  for (LayerRecording& r : all) {
    for (std::size_t k = 3 * n * m; k < r.w.size(); k += 2) r.w_seen[k] = k % (n * m) < 7;
  }
  const Rule rule = check_rule({"oja", "param a = 0 param b = 0\ndw = a * post * pre' - b * post * post' * w"});
  for (bool noisy : {false, true}) {
    RecordingsOptions options;
    options.fit_initial_weights = noisy;
    const RecordingsObjective objective(noisy ? without_first(0.02, true, false) : all, options, 1);
    const auto run = [&](std::vector<double> theta, std::vector<int> directions) {
      return objective.compile(plan::lower(rule), std::move(directions), Precision::twice, {})
          ->run(Part::search, n, theta);
    };
    const auto loss = [&](const std::vector<double>& theta) {
      double sum = 0;
      for (const Outcome& o : run(theta, {})) {
        for (double x : o.residuals) sum += x * x / 2;
      }
      return sum;
    };
    const std::vector<Outcome> here = run({0.03, 0.04}, {0, 1});
    CHECK(here[0].residuals.size() == objective.answers(Part::search, 0));
    for (std::size_t d = 0; d < 2; ++d) {
      double slope = 0;
      for (const Outcome& o : here) {
        for (std::size_t k = 0; k < o.residuals.size(); ++k) slope += o.residuals[k] * o.jacobian[2 * k + d];
      }
      std::vector<double> more = {0.03, 0.04};
      std::vector<double> less = more;
      more[d] += 1e-4;
      less[d] -= 1e-4;
      CHECK(slope == doctest::Approx((loss(more) - loss(less)) / 2e-4).epsilon(1e-3));
    }
  }
}

TEST_CASE("first weights as noisy as all others bias a rule that takes them for exact, and not one that fits them") {
  RecordingsOptions options;
  options.fit_initial_weights = true;
  const std::vector<LayerRecording> noisy = without_first(0.03, true, false);
  const RecordingsObjective fitted(noisy, options, 1);
  CHECK(fitted.surrogate() != nullptr);
  const SearchResult r = searched(fitted);
  CHECK(r.terms.size() == 2);
  CHECK(coefficient(r, "hebb") == doctest::Approx(0.05).epsilon(0.04));
  const RecordingsObjective exact(noisy, {}, 1);
  const auto noise = [&](const RecordingsObjective& o) {
    return o.noise(plan::lower(r.found.rule), r.found.theta).weights;
  };
  CHECK(noise(fitted) == doctest::Approx(0.03).epsilon(0.06));
  CHECK(noise(exact) > 1.2 * noise(fitted));
}

TEST_CASE("residuals are what the simulation misses, and gaps ask for nothing") {
  std::vector<LayerRecording> all = recordings(0.01, true, true);
  for (LayerRecording& r : all) {
    for (std::size_t k = n * m; k < r.w.size(); k += 3) {
      r.w_seen[k] = 0;
      r.w[k] = 0;
    }
  }
  const RecordingsObjective objective(all, {}, 3);
  const Rule rule = check_rule({"still", "param a = 0\ndw = a * w"});
  const auto evaluator = objective.compile(plan::lower(rule), {0}, Precision::twice, {});
  const std::vector<Outcome> outcomes = evaluator->run(Part::search, 5, {0.0});
  REQUIRE(outcomes.size() == 5);
  for (std::size_t unit = 0; unit < 5; ++unit) {
    const LayerRecording& r = objective.recording(Part::search, unit / n);
    const Outcome& o = outcomes[unit];
    CHECK(o.residuals.size() == objective.answers(Part::search, unit));
    CHECK(o.jacobian.size() == o.residuals.size());
    // A layer that stays as it is misses the changes; that of dw = a w are -a w a step, so w t.
    std::size_t at = 0;
    double squares = 0;
    for (int t = 0; t < r.steps; ++t) {
      for (int k = static_cast<int>(unit % n) * m; k < (static_cast<int>(unit % n) + 1) * m; ++k) {
        const auto place = static_cast<std::size_t>(t * n * m + k);
        if (t == 0 || r.w_seen[place] == 0) continue;
        CHECK(o.residuals[at] ==
              doctest::Approx((r.w[static_cast<std::size_t>(k)] - r.w[place]) / objective.weight_scale()));
        CHECK(o.jacobian[at] == doctest::Approx(t * r.w[static_cast<std::size_t>(k)] / objective.weight_scale()));
        squares += o.residuals[at] * o.residuals[at];
        ++at;
      }
      ++at;
    }
    CHECK(squares > 0);
  }
  const Score s = objective.summarise(outcomes);
  CHECK(s.losses[0] == outcomes[0].loss);
}

TEST_CASE("fits can begin with one step after another, from the weights that were recorded; the simulation decides") {
  const RecordingsObjective whole(recordings(0, true, false), {}, 1);
  RecordingsOptions options;
  options.one_step = true;
  const RecordingsObjective warm(recordings(0, true, false), options, 1);
  const Rule rule = check_rule({"oja", "param a = 0\ndw = a * (post * pre' - post * post' * w)"});
  const auto loss = [&](const Objective& objective, double a) {
    return objective.compile(plan::lower(rule), {}, Precision::twice, {})->run(Part::test, 1, {a})[0].loss;
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

TEST_CASE("cells of which nothing was recorded are no units, and recordings of that kind are refused") {
  std::vector<LayerRecording> some = recordings(0, false, true);
  const auto hide = [](LayerRecording& r, int cell) {
    for (int t = 0; t < r.steps; ++t)
      r.post[static_cast<std::size_t>(t * n + cell)] = r.post_seen[static_cast<std::size_t>(t * n + cell)] = 0;
  };
  for (LayerRecording& r : some) hide(r, 1);
  const RecordingsObjective objective(some, {}, 1);
  CHECK(objective.units(Part::search) == objective.recordings(Part::search) * (n - 1));
  const Rule rule = check_rule({"oja", "param a = 0.05\ndw = a * (post * pre' - post * post' * w)"});
  const std::vector<Outcome> outcomes = objective.compile(plan::lower(rule), {}, Precision::twice, {})
                                            ->run(Part::test, objective.units(Part::test), {0.05});
  CHECK(outcomes.size() == objective.units(Part::test));
  for (const Outcome& o : outcomes) CHECK(o.residuals.size() == 60);
  // Where no cell was left out, a unit more would have explained nothing.
  CHECK(objective.summarise(outcomes).accuracy.mean == doctest::Approx(1));
  for (int cell : {0, 2}) hide(some[7], cell);
  CHECK_HAS(error_of([&] { RecordingsObjective(some, {}, 1); }),
            "recording 7: nothing was recorded that a rule could explain");
}

TEST_CASE("recordings that hold the same can't judge each other") {
  std::vector<LayerRecording> twice = recordings(0, true, false);
  twice[5] = twice[2];
  twice[5].name = "a copy";
  for (double& t : twice[5].time) t += 100;  // no rule knows of it
  CHECK_HAS(error_of([&] { RecordingsObjective(twice, {}, 1); }), "a copy: holds the same as recording 2");
}

TEST_CASE("what can't be searched on is refused") {
  std::vector<LayerRecording> few = recordings(0, true, false);
  few.resize(5);
  CHECK_HAS(error_of([&] { RecordingsObjective(few, {}, 1); }), "at least 6 recordings");
  std::vector<LayerRecording> other = recordings(0, true, false);
  other[3].m = 4;
  CHECK_HAS(error_of([&] { RecordingsObjective(other, {}, 1); }), "recording 3: has 4 cells before and 3 after");
  CHECK_HAS(error_of([&] { RecordingsObjective(recordings(0, false, false), {}, 1); }), "nothing to explain");
  std::vector<LayerRecording> still;
  for (int k = 0; k < 6; ++k) still.push_back(observed(k, 10, 0, 0, true, false));
  CHECK_HAS(error_of([&] { RecordingsObjective(still, {}, 1); }), "the weights never change");
}

namespace {

// One cell that chooses 1 with the probability sigmoid(w x), and learns by reward * x, or by a trace of it that fades.
std::vector<LayerRecording> choosers(double eta, double keep, bool weights) {
  std::vector<LayerRecording> out;
  for (int number = 0; number < 24; ++number) {
    std::mt19937 random(static_cast<unsigned>(500 + number));
    std::normal_distribution<double> normal;
    LayerRecording r;
    r.name = "chooser " + std::to_string(number);
    r.steps = 200;
    r.n = 1;
    r.m = 2;
    double w[2] = {0.5 * normal(random), 0.5 * normal(random)};
    double trace[2] = {0, 0};
    for (int t = 0; t < r.steps; ++t) {
      const double x[2] = {normal(random), normal(random)};
      const double p = 1 / (1 + std::exp(-(w[0] * x[0] + w[1] * x[1])));
      const bool chosen = static_cast<double>(random()) < p * 4294967296.0;
      const double reward = chosen == (x[0] > 0) ? 1 : -1;
      r.time.push_back(t);
      r.choice.push_back(chosen ? 1 : 0);
      r.choice_seen.push_back(!weights);
      r.others["reward"].values.push_back(reward);
      for (int j = 0; j < 2; ++j) {
        r.pre.push_back(x[j]);
        r.w.push_back(w[j]);
        r.w_seen.push_back(weights || t == 0);
      }
      for (int j = 0; j < 2; ++j) {
        w[j] += eta * reward * (keep * trace[j] + x[j]);
        trace[j] = keep * trace[j] + x[j];
      }
    }
    if (weights) r.choice.clear();
    if (weights) r.choice_seen.clear();
    out.push_back(std::move(r));
  }
  return out;
}

RecordingsOptions sigmoid() {
  RecordingsOptions o;
  o.activation = Activation::sigmoid;
  return o;
}

}  // namespace

TEST_CASE("choices count by their cross-entropy, with exact slopes, and tell the rule") {
  const RecordingsObjective objective(choosers(0.1, 0, false), sigmoid(), 1);
  // No weights to be forced by: the first half is easier, and of that the first.
  REQUIRE(objective.surrogate() != nullptr);
  REQUIRE(objective.surrogate()->surrogate() != nullptr);
  CHECK(objective.surrogate()->surrogate()->surrogate() == nullptr);
  CHECK(objective.surrogate()->answers(Part::search, 0) == 100);
  CHECK(objective.surrogate()->surrogate()->answers(Part::search, 0) == 50);
  const Rule rule =
      check_rule({"learner", "param a = 0 param decay = 0\ndw = a * reward * ones_post * pre' + decay * w"});
  const auto run = [&](std::vector<double> theta, std::vector<int> directions) {
    return objective.compile(plan::lower(rule), std::move(directions), Precision::twice, {})
        ->run(Part::search, 1, theta)[0];
  };
  const Outcome here = run({0.08, -0.01}, {0, 1});
  const Outcome half = objective.surrogate()
                           ->compile(plan::lower(rule), {0, 1}, Precision::twice, {})
                           ->run(Part::search, 1, {0.08, -0.01})[0];
  CHECK(half.residuals == std::vector<double>(here.residuals.begin(), here.residuals.begin() + 100));
  REQUIRE(here.residuals.size() == 200);
  for (int d = 0; d < 2; ++d) {
    std::vector<double> more = {0.08, -0.01};
    std::vector<double> less = more;
    more[static_cast<std::size_t>(d)] += 1e-6;
    less[static_cast<std::size_t>(d)] -= 1e-6;
    const Outcome above = run(more, {});
    const Outcome below = run(less, {});
    for (std::size_t k = 0; k < here.residuals.size(); ++k)
      CHECK(here.jacobian[2 * k + static_cast<std::size_t>(d)] ==
            doctest::Approx((above.residuals[k] - below.residuals[k]) / 2e-6).epsilon(1e-4));
  }
  // The first choice by hand: half the square of the residual is the cross-entropy in that of the mean choice.
  const LayerRecording& r = objective.recording(Part::search, 0);
  const double p = 1 / (1 + std::exp(-(r.w[0] * r.pre[0] + r.w[1] * r.pre[1])));
  const double expected = -std::log(r.choice[0] == 1 ? p : 1 - p) / (2 * std::pow(objective.choice_scale(), 2));
  CHECK(here.query_losses[0] == doctest::Approx(expected));
  // Of the rules of one term and its negative the one that made them.
  const auto loss = [&](double a) {
    return score(rule, {a, 0}, objective, Part::test, objective.units(Part::test)).loss.mean;
  };
  CHECK(loss(0.1) < loss(0));
  CHECK(loss(0.1) < loss(0.05));
  CHECK(loss(0.1) < loss(0.2));
}

TEST_CASE("the easier loss is linear in coefficients, and 0 for the rule that made the weights") {
  const double keep = 0.75;
  const RecordingsObjective objective(choosers(0.02, keep, true), sigmoid(), 1);
  REQUIRE(objective.surrogate() != nullptr);
  const Rule rule = check_rule({"remembers",
                                "param a = 0 param decay = 0 param tau = 4 ms\nstate trace: pre = 0\n"
                                "next trace = (1 - 1 ms / tau) * trace + pre\n"
                                "dw = a * reward * ones_post * ((1 - 1 ms / tau) * trace + pre)' + decay * w"});
  const auto run = [&](const Objective& o, const std::vector<double>& theta) {
    return o.compile(plan::lower(rule), {0, 1, 2}, Precision::twice, {})->run(Part::search, 1, theta)[0];
  };
  const Outcome truth = run(*objective.surrogate(), {0.02, 0, 0.004});
  REQUIRE(truth.residuals.size() == objective.surrogate()->answers(Part::search, 0));
  CHECK(truth.loss < 1e-20);
  CHECK(run(objective, {0.02, 0, 0.004}).loss < 1e-20);
  const Outcome zero = run(*objective.surrogate(), {0, 0, 0.004});
  const Outcome far = run(*objective.surrogate(), {0.3, 0.7, 0.004});
  for (std::size_t k = 0; k < far.residuals.size(); ++k)
    CHECK(far.residuals[k] ==
          doctest::Approx(zero.residuals[k] + 0.3 * zero.jacobian[3 * k] + 0.7 * zero.jacobian[3 * k + 1]));
  // One step after another, what is remembered goes on.
  RecordingsOptions steps = sigmoid();
  steps.one_step = true;
  CHECK(run(*RecordingsObjective(choosers(0.02, keep, true), steps, 1).surrogate(), {0.02, 0, 0.004}).loss < 1e-20);
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
  const TimeConstant& tau = r.time_constants[0];
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
