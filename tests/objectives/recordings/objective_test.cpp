#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "../../files.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

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
  const auto evaluator = objective.compile({plan::lower(rule), {0}, Precision::float64});
  const std::vector<Outcome> outcomes = evaluator->run(Part::search, 5, {0.0});
  REQUIRE(outcomes.size() == 5);
  for (std::size_t unit = 0; unit < 5; ++unit) {
    const LayerRecording& r = objective.recording(Part::search, unit);
    const Outcome& o = outcomes[unit];
    CHECK(o.residuals.size() == objective.answers(Part::search, unit));
    CHECK(o.jacobian.size() == o.residuals.size());
    // A layer that stays as it is misses the changes; that of dw = a w are -a w a step, so w t. Neuron by neuron.
    std::size_t at = 0;
    double squares = 0;
    double no_change = 0;
    for (int neuron = 0; neuron < n; ++neuron) {
      for (int t = 0; t < r.steps; ++t) {
        for (int k = neuron * m; k < (neuron + 1) * m; ++k) {
          const auto place = static_cast<std::size_t>(t * n * m + k);
          if (t == 0 || r.w_seen[place] == 0) continue;
          const double change = (r.w[static_cast<std::size_t>(k)] - r.w[place]) / objective.weight_scale();
          CHECK(o.residuals[at] == doctest::Approx(change));
          CHECK(o.jacobian[at] == doctest::Approx(t * r.w[static_cast<std::size_t>(k)] / objective.weight_scale()));
          squares += o.residuals[at] * o.residuals[at];
          no_change += change * change;
          ++at;
        }
        ++at;
      }
    }
    CHECK(squares > 0);
    // Of weights no change leaves what this layer does; of activities what they are apart from their mean.
    CHECK(o.no_change > no_change / (2 * static_cast<double>(o.residuals.size())));
  }
  const Score s = objective.summarise(outcomes);
  CHECK(s.losses[0] == outcomes[0].loss);
}

TEST_CASE("a recording counts by the numbers that it has, and explained is the share of all squares") {
  std::vector<LayerRecording> some = recordings(0.01, true, false);
  some.resize(6);
  LayerRecording& brief = some[2];
  brief.steps = 12;
  brief.time.resize(12);
  brief.pre.resize(12 * m);
  brief.w.resize(12 * n * m);
  brief.w_seen.resize(12 * n * m);
  const RecordingsObjective objective(some, {}, 1);
  CHECK(objective.units(Part::search) == 6);
  CHECK(objective.units(Part::validation) == 0);
  CHECK(objective.units(Part::test) == 0);
  const Rule rule = check_rule({"oja", "param a = 0.05\ndw = a * (post * pre' - post * post' * w)"});
  const std::vector<Outcome> outcomes =
      objective.compile({plan::lower(rule), {}, Precision::float64})->run(Part::search, 6, {0.03});
  double left = 0;
  double all = 0;
  double of_losses = 0;
  double of_no_change = 0;
  for (std::size_t u = 0; u < 6; ++u) {
    const LayerRecording& r = objective.recording(Part::search, u);
    // Residuals are weighed: added up over a recording their squares are those of all numbers, over what is the mean of
    // all recordings.
    const double numbers = (5 * 59 + 11) * n * m / 6.0;
    double squares = 0;
    for (double x : outcomes[u].residuals) squares += x * x;
    CHECK(outcomes[u].loss == doctest::Approx(squares / (2 * static_cast<double>(outcomes[u].residuals.size()))));
    const double weight = static_cast<double>((r.steps - 1) * n * m) / numbers;
    left += squares / weight;
    for (std::size_t k = n * m; k < r.w.size(); ++k)
      all += std::pow((r.w[k] - r.w[k % (n * m)]) / objective.weight_scale(), 2);
    of_losses += outcomes[u].loss;
    of_no_change += outcomes[u].no_change;
  }
  CHECK(of_losses / of_no_change == doctest::Approx(left / all));
  const Score s = objective.summarise(outcomes);
  CHECK(s.accuracy.mean == doctest::Approx(1 - left / all));
  CHECK(s.accuracy.mean > 0.3);
}

TEST_CASE("silent recordings have no vote, and the order and the names of recordings decide nothing") {
  std::vector<LayerRecording> some = recordings(0.01, true, false);
  const auto searched_in = [&](std::vector<LayerRecording> in) { return searched(RecordingsObjective(in, {}, 1)); };
  std::vector<LayerRecording> turned(some.rbegin(), some.rend());
  for (LayerRecording& r : turned) r.name = "other " + r.name;
  const SearchResult one = searched_in(some);
  const SearchResult other = searched_in(turned);
  CHECK(one.formula == other.formula);
  CHECK(one.test.losses == other.test.losses);
  CHECK(one.description.data_hash == other.description.data_hash);

  LayerRecording silent = some[0];
  std::fill(silent.pre.begin(), silent.pre.end(), 0.0);
  for (std::size_t k = n * m; k < silent.w.size(); ++k) silent.w[k] = silent.w[k % (n * m)];
  std::vector<Outcome> outcomes = RecordingsObjective(some, {}, 1)
                                      .compile({plan::lower(candidates()), {}, Precision::float64})
                                      ->run(Part::search, 6, {0.03, 0, 0, -0.03, 0, 0});
  const double without = summarise_explained(outcomes).accuracy.mean;
  outcomes.push_back({});
  CHECK(summarise_explained(outcomes).accuracy.mean == doctest::Approx(without));
  // Much worse than no change counts against a rule.
  for (Outcome& o : outcomes) o.loss = 1.5 * o.no_change;
  CHECK(summarise_explained(outcomes).accuracy.mean == doctest::Approx(-0.5));
}

TEST_CASE("the interval of the share explained is that of leaving out one recording after the other") {
  // One recording has nearly all that there is to explain.
  const std::vector<double> left = {0.2, 0.9, 0.5, 1.2, 0.05};
  const std::vector<double> there = {20, 1, 0.5, 1, 0.1};
  std::vector<Outcome> outcomes(left.size());
  for (std::size_t k = 0; k < left.size(); ++k) {
    outcomes[k].loss = left[k];
    outcomes[k].no_change = there[k];
  }
  const auto share = [&](std::size_t without) {
    double a = 0;
    double b = 0;
    for (std::size_t k = 0; k < left.size(); ++k) {
      a += k == without ? 0 : left[k];
      b += k == without ? 0 : there[k];
    }
    return 1 - a / b;
  };
  const double n = 5;
  double mean = 0;
  double squares = 0;
  for (std::size_t k = 0; k < left.size(); ++k) mean += share(k) / n;
  for (std::size_t k = 0; k < left.size(); ++k) squares += (share(k) - mean) * (share(k) - mean);
  const Score s = summarise_explained(outcomes);
  CHECK(s.accuracy.mean == doctest::Approx(share(left.size())));
  CHECK(s.accuracy.standard_error == doctest::Approx(std::sqrt((n - 1) / n * squares)));
  // They are worth 1.27 recordings: not one degree of freedom.
  CHECK(degrees_of_explained(s) == 1);
  CHECK(s.accuracy.low < 0);
  for (Outcome& o : outcomes) o.no_change = 2;
  CHECK(degrees_of_explained(summarise_explained(outcomes)) == doctest::Approx(4));
}

TEST_CASE("a recording of which nothing was recorded is refused") {
  std::vector<LayerRecording> some = recordings(0, false, true);
  const auto hide = [](LayerRecording& r, int cell) {
    for (int t = 0; t < r.steps; ++t)
      r.post[static_cast<std::size_t>(t * n + cell)] = r.post_seen[static_cast<std::size_t>(t * n + cell)] = 0;
  };
  for (LayerRecording& r : some) hide(r, 1);
  const RecordingsObjective objective(some, {}, 1);
  CHECK(objective.answers(Part::search, 0) == 60 * (n - 1));
  for (int cell : {0, 2}) hide(some[7], cell);
  CHECK_HAS(error_of([&] { RecordingsObjective(some, {}, 1); }),
            "recording 7: nothing was recorded that a rule could explain");
}

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
    return objective.compile({plan::lower(rule), std::move(directions), Precision::float64})
        ->run(Part::search, 1, theta)[0];
  };
  const Outcome here = run({0.08, -0.01}, {0, 1});
  const Outcome half = objective.surrogate()
                           ->compile({plan::lower(rule), {0, 1}, Precision::float64})
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
    return o.compile({plan::lower(rule), {0, 1, 2}, Precision::float64})->run(Part::search, 1, theta)[0];
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
