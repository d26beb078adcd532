// Recordings of layers whose rule is known, and searches on them.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "expression/rule.hpp"
#include "objectives/recordings/objective.hpp"
#include "search/search.hpp"

namespace rule_search::test {

inline constexpr int n = 3;  // postsynaptic neurons
inline constexpr int m = 5;  // presynaptic neurons

// A layer that learns by Oja's subspace rule, written out by synapse, with what an observer notes of it.
inline LayerRecording observed(int number, int steps, double eta, double noise, bool weights, bool activities) {
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

inline std::vector<LayerRecording> recordings(double noise, bool weights, bool activities) {
  std::vector<LayerRecording> out;
  for (int k = 0; k < 12; ++k) out.push_back(observed(k, 60, 0.05, noise, weights, activities));
  return out;
}

inline Rule candidates() {
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

inline SearchResult searched(const RecordingsObjective& objective) {
  SearchOptions o;
  o.fit_units = o.refit_units = objective.units(Part::search);
  o.validation_units = o.curve_units = objective.units(Part::validation);
  o.test_units = objective.units(Part::test);
  return search(candidates(), objective, o, {});
}

inline double coefficient(const SearchResult& r, const std::string& name) {
  for (const TermReport& t : r.terms) {
    if (t.parameter == name) return t.coefficient[0];
  }
  return 0;
}

// Without weights, or with initial ones as noisy as all others.
inline std::vector<LayerRecording> without_initial(double noise, bool weights, bool activities) {
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

// One neuron that chooses 1 with the probability sigmoid(w x), and learns by reward * x, or by a trace of it that fades.
inline std::vector<LayerRecording> choosers(double eta, double keep, bool weights) {
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

inline RecordingsOptions sigmoid() {
  RecordingsOptions o;
  o.activation = Activation::sigmoid;
  return o;
}

}  // namespace rule_search::test
