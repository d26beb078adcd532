#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "../../files.hpp"
#include "objectives/recordings/objective.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

constexpr int n = 2;
constexpr int m = 3;
constexpr int steps = 60;
constexpr int steps_of_trial = 6;

// A layer that learns by reward at the end of trials, and a trace that begins anew in each, written out by synapse.
LayerRecording rewarded(int number) {
  std::mt19937 random(static_cast<unsigned>(number));
  std::normal_distribution<double> normal;
  LayerRecording r;
  r.name = "animal " + std::to_string(number);
  r.steps = steps;
  r.n = n;
  r.m = m;
  LayerRecording::Series& trial = r.others["trial"];
  LayerRecording::Series& reward = r.others["reward"];
  double w[n][m] = {{0.3, -0.2, 0.1}, {0.2, 0.1, -0.3}};
  double trace[n][m] = {};
  for (int t = 0; t < steps; ++t) {
    r.time.push_back(t);
    trial.values.push_back(100 + t / steps_of_trial);
    const bool ends = t % steps_of_trial == steps_of_trial - 1;
    reward.values.push_back(ends ? normal(random) : 0);
    if (t % steps_of_trial == 0) std::fill_n(&trace[0][0], n * m, 0.0);
    double x[m];
    for (double& v : x) r.pre.push_back(v = normal(random));
    double y[n] = {};
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        y[i] += w[i][j] * x[j];
        r.w.push_back(w[i][j]);
        r.w_seen.push_back(1);
      }
    }
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        w[i][j] += 0.05 * reward.values.back() * trace[i][j];
        trace[i][j] = 0.8 * trace[i][j] + y[i] * x[j];
      }
    }
  }
  return r;
}

std::vector<LayerRecording> animals(bool with_trials) {
  std::vector<LayerRecording> out;
  for (int k = 0; k < 4; ++k) {
    out.push_back(rewarded(k));
    if (!with_trials) out.back().others.erase("trial");
  }
  return out;
}

Rule rule(const std::string& each) {
  return check_rule({"rule", "param a = 0.05\nstate trace: post x pre = 0" + each +
                                 "\nnext trace = 0.8 * trace + post * pre'\ndw = a * reward * trace"});
}

double worst(const RecordingsObjective& objective, const Rule& rule) {
  double out = 0;
  for (const Outcome& o :
       objective.compile({plan::lower(rule), {}, Precision::float64})->run(Part::search, 2, {0.05})) {
    for (double r : o.residuals) out = std::max(out, std::abs(r));
  }
  return out;
}

}  // namespace

TEST_CASE("recordings with trials: a trace begins anew where the number of the trial changes") {
  const RecordingsObjective objective(animals(true), {}, 1);
  CHECK(worst(objective, rule(" each trial")) < 1e-12);
  CHECK(worst(objective, rule("")) > 1e-3);
}

TEST_CASE("recordings without trials do not suit rules that have them") {
  const RecordingsObjective objective(animals(false), {}, 1);
  CHECK_HAS(error_of([&] { worst(objective, rule(" each trial")); }), "asks for trial, which was not recorded");
  CHECK(worst(objective, rule("")) > 1e-3);
}
