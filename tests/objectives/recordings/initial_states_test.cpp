#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "../../files.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/known_weights.hpp"
#include "objectives/recordings/simulation.hpp"
#include "objectives/recordings/warm_up.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

constexpr int neurons = 2;
constexpr int inputs = 3;
constexpr int synapses = neurons * inputs;
constexpr int remembered = inputs + neurons + synapses;

// A state of every shape that a synapse can have; `s` is what all of them forget in a step.
Rule remembering() {
  return check_rule({"remembering", R"(
param a = 0
param b = 0
param g = 0
param s = 0.1
state x: pre = 0
state y: post = 0.5
state c: post x pre = 0
next x = (1 - s) * x + s * pre
next y = (1 - s) * y + s * post .* post
next c = (1 - s) * c + s * post * pre'
signal reward
dw = a * reward * c + b * post * x' + g * (y * ones_pre') .* w
)"});
}

const std::vector<double> truth = {0.1, 0.05, -0.2, 0.1};

struct Piece {
  LayerRecording recording;
  std::vector<double> states;  // as they were at its first row
};

// A long run of the rule, cut into pieces.
std::vector<Piece> pieces(int count, int rows, double noise = 0) {
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  const plan::Plan plan = plan::lower(remembering());
  PlasticLayer layer(plan, neurons, inputs, {}, Activation::tanh);
  std::vector<double> weights;
  for (int k = 0; k < synapses; ++k) weights.push_back(0.4 * normal(random));
  layer.start(truth, weights.data());
  double begin[inputs];
  for (int t = 0; t < 100; ++t) {
    for (double& value : begin) value = 0.5 + normal(random);
    const double reward = normal(random);
    layer.forward(begin);
    layer.learn({nullptr, nullptr, {&reward}});
  }
  std::vector<Piece> out(static_cast<std::size_t>(count));
  for (int piece = 0; piece < count; ++piece) {
    LayerRecording& r = out[static_cast<std::size_t>(piece)].recording;
    r.name = "piece " + std::to_string(piece);
    r.steps = rows;
    r.n = neurons;
    r.m = inputs;
    for (std::size_t k = 0; k < layer.states(); ++k)
      out[static_cast<std::size_t>(piece)].states.push_back(layer.state(k));
    for (int t = 0; t < rows; ++t) {
      r.time.push_back(piece * rows + t);
      double x[inputs];
      for (double& value : x) {
        value = 0.5 + normal(random);
        r.pre.push_back(value);
      }
      const double reward = normal(random);
      r.others["reward"].values.push_back(reward);
      layer.forward(x);
      for (int i = 0; i < neurons; ++i) {
        for (int j = 0; j < inputs; ++j) {
          r.w.push_back(layer.weight(i, j) + (t > 0 ? noise * normal(random) : 0));
          r.w_seen.push_back(1);
        }
        r.post.push_back(layer.output(i));
        r.post_seen.push_back(1);
      }
      layer.learn({nullptr, nullptr, {&reward}});
    }
  }
  return out;
}

std::vector<LayerRecording> recordings_of(const std::vector<Piece>& all) {
  std::vector<LayerRecording> out;
  for (const Piece& p : all) out.push_back(p.recording);
  return out;
}

RecordingsOptions asked(bool states, int warm_up = 0) {
  RecordingsOptions o;
  o.activation = Activation::tanh;
  o.fit_initial_states = states;
  o.warm_up = warm_up;
  return o;
}

std::vector<Outcome> run(const Objective& o, Part part, const std::vector<double>& theta, std::vector<int> directions) {
  return o.compile({plan::lower(remembering()), std::move(directions), Precision::float64})
      ->run(part, o.units(part), theta);
}

double half_squares(const std::vector<Outcome>& outcomes) {
  double sum = 0;
  for (const Outcome& o : outcomes) {
    for (double x : o.residuals) sum += x * x / 2;
  }
  return sum;
}

// Slopes of the sum of squares beside what it changes by.
void check_slopes(const char* what, const Objective& o, const std::vector<double>& at) {
  const std::vector<Outcome> here = run(o, Part::search, at, {0, 1, 2, 3});
  CHECK(here[0].residuals.size() == o.answers(Part::search, 0));
  for (std::size_t d = 0; d < at.size(); ++d) {
    double slope = 0;
    for (const Outcome& u : here) {
      for (std::size_t k = 0; k < u.residuals.size(); ++k) slope += u.residuals[k] * u.jacobian[at.size() * k + d];
    }
    std::vector<double> more = at;
    std::vector<double> less = at;
    more[d] += 1e-4;
    less[d] -= 1e-4;
    const double measured =
        (half_squares(run(o, Part::search, more, {})) - half_squares(run(o, Part::search, less, {}))) / 2e-4;
    INFO(what, " direction ", d, " squares ", half_squares(here));
    CHECK(slope == doctest::Approx(measured).epsilon(2e-3));
  }
}

}  // namespace

TEST_CASE("what a rule remembers at the start of a recording is found, whatever its shape") {
  const std::vector<Piece> all = pieces(3, 60);
  const RecordingsOptions options = asked(true);
  const ResidualScales scales{0.1, 0.5, 0, 0};
  const plan::Plan plan = plan::lower(remembering());
  for (std::size_t k = 1; k < all.size(); ++k) {
    const LayerRecording& r = all[k].recording;
    const std::vector<double> known = known_initial_weights(r, options, scales);
    for (const RecordingsLoss loss : {RecordingsLoss::simulation, RecordingsLoss::half, RecordingsLoss::integral}) {
      const Simulated fitted = Simulation(plan, r, known, {}, options, scales, loss).run(truth);
      CHECK(fitted.outcome.loss < 1e-9);
      REQUIRE(fitted.initial_weights.size() == synapses + remembered);
      if (loss == RecordingsLoss::half) continue;  // tells less of them
      for (std::size_t s = 0; s < remembered; ++s)
        CHECK(fitted.initial_weights[synapses + s] == doctest::Approx(all[k].states[s]).epsilon(0.02).scale(0.1));
    }
    // As the rule file has them they explain less.
    const Simulated begun_anew = Simulation(plan, r, known, {}, asked(false), scales).run(truth);
    CHECK(half_squares({begun_anew.outcome}) > 1e-3);
  }
}

TEST_CASE("slopes are of what the best initial states leave") {
  const std::vector<LayerRecording> all = recordings_of(pieces(12, 40, 0.02));
  const std::vector<double> elsewhere = {0.09, 0.055, -0.18, 0.11};
  check_slopes("states", RecordingsObjective(all, asked(true), 1), elsewhere);
  // With initial weights beside them.
  RecordingsOptions both = asked(true);
  both.fit_initial_weights = true;
  check_slopes("states and weights", RecordingsObjective(all, both, 1), elsewhere);
  std::vector<LayerRecording> blind = all;
  for (LayerRecording& r : blind) std::fill_n(r.w_seen.begin(), synapses, 0);
  check_slopes("weights not recorded", RecordingsObjective(blind, asked(true), 1), elsewhere);
}

TEST_CASE("held-out recordings have their initial states fitted to the first half, for rules without states as well") {
  const RecordingsObjective objective(recordings_of(pieces(12, 40)), asked(true), 1);
  CHECK(objective.answers(Part::search, 0) == neurons * (40 + 39 * inputs));
  CHECK(objective.answers(Part::test, 0) == neurons * (20 + 20 * inputs));
  const std::vector<Outcome> remembered_well = run(objective, Part::test, truth, {0, 1, 2, 3});
  REQUIRE(remembered_well[0].residuals.size() == objective.answers(Part::test, 0));
  CHECK(remembered_well[0].jacobian.size() == 4 * objective.answers(Part::test, 0));
  CHECK(half_squares(remembered_well) < 1e-6);
  const plan::Plan still = plan::lower(check_rule({"still", "param a = 0\ndw = a * w"}));
  const std::vector<Outcome> outcomes = objective.compile({still, {0}, Precision::float64})->run(Part::test, 1, {0});
  CHECK(outcomes[0].residuals.size() == objective.answers(Part::test, 0));
  CHECK(outcomes[0].jacobian.size() == objective.answers(Part::test, 0));
  // Initial weights are known, but there must be something to fit states to.
  std::vector<LayerRecording> late = recordings_of(pieces(12, 40));
  for (LayerRecording& r : late) {
    std::fill(r.w_seen.begin(), r.w_seen.begin() + 20 * synapses, 0);
    std::fill(r.post_seen.begin(), r.post_seen.begin() + 20 * neurons, 0);
    std::fill_n(r.w_seen.begin(), synapses, 1);
  }
  CHECK_NOTHROW(RecordingsObjective(late, asked(true), 1));
  for (LayerRecording& r : late) {
    std::fill(r.w_seen.begin() + 20 * synapses, r.w_seen.end(), 0);
    std::fill(r.post_seen.begin() + 20 * neurons, r.post_seen.end(), 0);
    std::fill(r.w_seen.begin() + synapses, r.w_seen.begin() + 2 * synapses, 1);
  }
  CHECK_HAS(error_of([&] { RecordingsObjective(late, asked(true), 1); }),
            "its initial states are not known; they are fitted to its first half and a rule is judged by its second, "
            "but in the second half nothing was recorded");
}

TEST_CASE("initial states that take too much memory are refused") {
  LayerRecording large = pieces(1, 4)[0].recording;
  large.m = 5000;
  large.w.assign(static_cast<std::size_t>(large.steps * large.n * large.m), 0);
  large.w_seen.assign(large.w.size(), 1);
  CHECK_NOTHROW(refuse_too_many_initial_weights(large, asked(true)));
  CHECK_HAS(error_of([&] { refuse_too_many_initial_weights(large, asked(true), 10000); }),
            "0 initial weights and 10000 initial states are to be fitted; this takes 1e+08 numbers");
}

TEST_CASE("a warm-up brings states to where they are, with the weights that were recorded") {
  constexpr int long_enough = 100;  // what states forget in a step is 0.1
  const std::vector<LayerRecording> all = recordings_of(pieces(12, long_enough + 30));
  const RecordingsObjective objective(all, asked(false, long_enough), 1);
  // A row of activities more than of weights: those of the first row after the warm-up are where it begins.
  CHECK(objective.answers(Part::search, 0) == neurons * (30 + 29 * inputs));
  CHECK(objective.answers(Part::test, 0) == neurons * (30 + 29 * inputs));
  const RecordingsObjective without(all, asked(false), 1);
  CHECK(half_squares(run(objective, Part::search, truth, {})) < 1e-5);
  CHECK(half_squares(run(without, Part::search, truth, {})) > 1e-2);
  check_slopes("after a warm-up", objective, {0.09, 0.055, -0.18, 0.11});
  // Whatever the rule does to weights in the meantime, they begin where they were recorded.
  const plan::Plan still = plan::lower(check_rule({"still", "param a = 0\ndw = a * w"}));
  const ResidualScales scales{1, 1, 0, 0};
  const LayerRecording& r = all[0];
  const std::vector<double> known = known_initial_weights(r, asked(false, long_enough), scales);
  for (std::size_t s = 0; s < synapses; ++s) CHECK(known[s] == r.w[long_enough * synapses + s]);
  for (double a : {0.0, 0.1}) {
    const Simulated simulated = Simulation(still, r, known, {}, asked(false, long_enough), scales).run({a});
    CHECK(simulated.outcome.residuals[0] == doctest::Approx(0).scale(1));  // an activity
    for (std::size_t j = 0; j < inputs; ++j)
      CHECK(simulated.outcome.residuals[1 + j] ==
            doctest::Approx((1 + a) * known[j] - r.w[(long_enough + 1) * synapses + j]));
  }
}

TEST_CASE("weights that were not recorded in the warm-up are simulated through it") {
  constexpr int warm_up = 10;
  const std::vector<LayerRecording> all = recordings_of(pieces(12, 50, 0.02));
  const std::vector<double> elsewhere = {0.09, 0.055, -0.18, 0.11};
  // Known at the first row alone: the rule brings them to the end of the warm-up.
  std::vector<LayerRecording> first = all;
  for (LayerRecording& r : first)
    std::fill(r.w_seen.begin() + synapses, r.w_seen.begin() + (warm_up + 1) * synapses, 0);
  const RecordingsObjective known(first, asked(false, warm_up), 1);
  CHECK(known.fitted_initial_weights_of_all() == 0);
  check_slopes("known at first", known, elsewhere);
  // Known in the middle of it, some of them never: these are fitted.
  std::vector<LayerRecording> some = first;
  for (LayerRecording& r : some) {
    std::fill_n(r.w_seen.begin(), synapses, 0);
    for (std::size_t s = 0; s + 1 < synapses; ++s) r.w_seen[5 * synapses + s] = 1;
  }
  const RecordingsObjective fitted(some, asked(false, warm_up), 1);
  CHECK(fitted.fitted_initial_weights_of_all() == 12);
  check_slopes("known on the way", fitted, elsewhere);
  // Recorded with noise: fitted at the end of the warm-up.
  RecordingsOptions noisy = asked(false, warm_up);
  noisy.fit_initial_weights = true;
  const RecordingsObjective begins(all, noisy, 1);
  CHECK(begins.answers(Part::search, 0) == neurons * (40 + 40 * inputs));
  check_slopes("fitted at the end", begins, elsewhere);
  for (RecordingsLoss loss : {RecordingsLoss::simulation, RecordingsLoss::half}) {
    const ResidualScales scales{0.1, 0.5, 0, 0};
    noisy.warm_up = 100;
    const LayerRecording exact = pieces(1, 140)[0].recording;
    const std::vector<double> from = known_initial_weights(exact, noisy, scales);
    const Simulated simulated = Simulation(plan::lower(remembering()), exact, from, {}, noisy, scales, loss).run(truth);
    for (std::size_t s = 0; s < synapses; ++s)
      CHECK(simulated.initial_weights[s] == doctest::Approx(exact.w[100 * synapses + s]).epsilon(1e-3).scale(0.1));
  }
}

TEST_CASE("a warm-up is a number of rows or a time") {
  std::vector<LayerRecording> all = recordings_of(pieces(1, 10));
  WarmUp warm_up;
  CHECK(warm_up.rows(all) == 0);
  warm_up.set("7");
  CHECK(warm_up.rows(all) == 7);
  for (double& t : all[0].time) t *= 0.001;
  for (const auto& [text, rows] : {std::pair{"3 ms", 3}, {"3.2ms", 4}, {"0.005 s", 5}, {"1000 us", 1}}) {
    warm_up.set(text);
    CHECK(warm_up.text() == text);
    CHECK(warm_up.rows(all) == rows);
  }
  warm_up.set("0.5 ms");
  CHECK_HAS(error_of([&] { warm_up.rows(all); }), "expected at least one row, found 0.5 ms");
  for (const char* text : {"", "0", "-1", "1.5", "ms", "3 min", "3 ms x", "nan", "inf s", "1e300"})
    CHECK_HAS(error_of([&] { warm_up.set(text); }), "expected a number of rows from 1");
  CHECK_HAS(error_of([&] { refuse_long_warm_up(all[0], asked(false, 9)); }), "leaves 1 of 10 rows");
  CHECK_NOTHROW(refuse_long_warm_up(all[0], asked(false, 8)));
}
