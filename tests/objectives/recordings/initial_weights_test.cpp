#include <doctest/doctest.h>

#include <cmath>

#include "../../files.hpp"
#include "objectives/recordings/known_weights.hpp"
#include "objectives/recordings/simulation.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

TEST_CASE("initial weights that were not recorded are found with the rule, in every recording its own") {
  const RecordingsObjective objective(without_initial(0.01, false, true), {}, 1);
  CHECK(objective.fitted_initial_weights_of_all() == 12 * n * m);
  const SearchResult r = searched(objective);
  INFO(r.formula);
  CHECK(r.terms.size() == 2);
  CHECK(coefficient(r, "hebb") == doctest::Approx(0.05).epsilon(0.05));
  CHECK(coefficient(r, "subspace") == doctest::Approx(-0.05).epsilon(0.05));
  // What the fit of the initial weights takes away of the noise is not taken for less noise.
  CHECK(objective.noise(plan::lower(r.found.rule), r.found.theta).post == doctest::Approx(0.01).epsilon(0.06));
  // Without noise those come out that the recordings were made with.
  const RecordingsOptions options;
  const ResidualScales scales{0, 1, 0, 0};
  const plan::Plan plan = plan::lower(check_rule({"oja", "param a = 0\ndw = a * (post * pre' - post * post' * w)"}));
  const std::vector<LayerRecording> exact = recordings(0, false, true);
  const std::vector<LayerRecording> blind = without_initial(0, false, true);
  for (std::size_t k = 0; k < 3; ++k) {
    const std::vector<double> known = known_initial_weights(blind[k], options, scales);
    Simulation simulation(plan, blind[k], known, {}, options, scales);
    const Simulated simulated = simulation.run({0.05});
    CHECK(simulated.outcome.loss < 1e-9);
    for (std::size_t s = 0; s < n * m; ++s)
      CHECK(simulated.initial_weights[s] == doctest::Approx(exact[k].w[s]).epsilon(1e-3));
  }
}

TEST_CASE("held-out recordings have their initial weights fitted to the first half, and count with the second") {
  const RecordingsObjective objective(without_initial(0.01, false, true), {}, 1);
  const plan::Plan plan =
      plan::lower(check_rule({"oja", "param a = 0 param b = 0\ndw = a * post * pre' - b * post * post' * w"}));
  const auto run = [&](std::vector<double> theta, std::vector<int> directions) {
    return objective.compile({plan, std::move(directions), Precision::float64})->run(Part::test, 1, theta);
  };
  const std::vector<Outcome> here = run({0.05, 0.05}, {0, 1});
  CHECK(objective.answers(Part::search, 0) == 60 * n);
  CHECK(objective.answers(Part::test, 0) == 30 * n);
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
  const Outcome expected = on.run({0.05, 0.05}).outcome;
  REQUIRE(here[0].residuals.size() == 30 * n);
  for (std::size_t i = 0; i < n; ++i) {  // neuron by neuron
    for (std::size_t k = 0; k < 30; ++k)
      CHECK(here[0].residuals[30 * i + k] == doctest::Approx(expected.residuals[60 * i + 30 + k]).epsilon(1e-3));
  }
  // Slopes of what is foretold, initial weights moving along; residuals are small, so nearly exact.
  const std::vector<Outcome> above = run({0.05 + 1e-4, 0.05}, {});
  const std::vector<Outcome> below = run({0.05 - 1e-4, 0.05}, {});
  double apart = 0;
  double squares = 0;
  for (std::size_t k = 0; k < 30 * n; ++k) {
    const double slope = (above[0].residuals[k] - below[0].residuals[k]) / 2e-4;
    apart += std::pow(here[0].jacobian[2 * k] - slope, 2);
    squares += slope * slope;
  }
  CHECK(apart < std::pow(0.05, 2) * squares);
}

TEST_CASE("slopes are of what the best initial weights leave") {
  // Far from the rule that made them, so that residuals are not small; some weights seen later, some never.
  std::vector<LayerRecording> all = without_initial(0.02, false, true);
  for (LayerRecording& r : all) {
    for (std::size_t k = 3 * n * m; k < r.w.size(); k += 2) r.w_seen[k] = k % (n * m) < 7;
  }
  const Rule rule = check_rule({"oja", "param a = 0 param b = 0\ndw = a * post * pre' - b * post * post' * w"});
  for (bool noisy : {false, true}) {
    RecordingsOptions options;
    options.fit_initial_weights = noisy;
    const RecordingsObjective objective(noisy ? without_initial(0.02, true, false) : all, options, 1);
    const auto run = [&](std::vector<double> theta, std::vector<int> directions) {
      return objective.compile({plan::lower(rule), std::move(directions), Precision::float64})
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

TEST_CASE("initial weights as noisy as all others bias a rule that takes them for exact, and not one that fits them") {
  RecordingsOptions options;
  options.fit_initial_weights = true;
  const std::vector<LayerRecording> noisy = without_initial(0.03, true, false);
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

TEST_CASE(
    "where choices were recorded, initial weights are fitted to the first half also of what a rule is fitted to") {
  LayerRecording r = choosers(0.1, 0, false)[0];
  std::fill(r.w_seen.begin(), r.w_seen.end(), 0);
  RecordingsOptions options;
  options.activation = Activation::sigmoid;
  const ResidualScales scales{.choice = 0.83, .chance = 0.83};
  const plan::Plan plan =
      plan::lower(check_rule({"reward", "signal reward\nparam a = 0\ndw = a*reward*ones_post*pre'"}));
  const std::vector<double> known = known_initial_weights(r, options, scales);
  const auto run = [&](double a, bool held_out) {
    return Simulation(plan, r, known, {0}, options, scales).run({a}, {}, held_out);
  };
  const Simulated trained = run(0.1, false);
  const Simulated held_out = run(0.1, true);
  CHECK(trained.initial_weights == held_out.initial_weights);
  REQUIRE(trained.outcome.residuals.size() == static_cast<std::size_t>(r.steps));
  CHECK(held_out.outcome.residuals.size() == static_cast<std::size_t>(r.steps) / 2);
  // What the second half leaves is the same in both.
  const std::vector<double>& all = trained.outcome.residuals;
  CHECK(std::equal(held_out.outcome.residuals.begin(), held_out.outcome.residuals.end(),
                   all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2)));
  // The derivative follows the fitted weights.
  double slope = 0;
  for (std::size_t k = 0; k < all.size(); ++k)
    slope += all[k] * trained.outcome.jacobian[k] / static_cast<double>(all.size());
  const double by = 1e-3;
  const double difference = (run(0.1 + by, false).outcome.loss - run(0.1 - by, false).outcome.loss) / (2 * by);
  CHECK(slope == doctest::Approx(difference).epsilon(0.05));
}
