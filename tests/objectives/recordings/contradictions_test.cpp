#include "objectives/recordings/contradictions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../../files.hpp"
#include "network/cells.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

struct Layer {
  int n = 2, m = 2, steps = 40;
  Activation activation = Activation::linear;
  double noise = 0;  // a share of the standard deviation of post
  double gaps = 0;
  bool weights = true;  // at every time, or initial ones alone
};

// Recordings of a layer that learns by Oja's rule.
std::vector<LayerRecording> layers(const Layer& layer, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  const auto n = static_cast<std::size_t>(layer.n);
  const auto m = static_cast<std::size_t>(layer.m);
  std::vector<LayerRecording> out(8);
  for (LayerRecording& r : out) {
    r.name = "recording " + std::to_string(&r - out.data());
    r.n = layer.n;
    r.m = layer.m;
    r.steps = layer.steps;
    std::vector<double> w(n * m);
    for (double& x : w) x = uniform(random);
    for (int t = 0; t < layer.steps; ++t) {
      r.time.push_back(t);
      std::vector<double> x(m);
      for (double& v : x) r.pre.push_back(v = normal(random));
      for (std::size_t i = 0; i < n; ++i) {
        double z = 0;
        for (std::size_t j = 0; j < m; ++j) {
          const bool seen = t == 0 || (layer.weights && uniform(random) >= layer.gaps);
          r.w_seen.push_back(seen);
          r.w.push_back(seen ? w[i * m + j] : 0);
          z += w[i * m + j] * x[j];
        }
        double y = 0;
        double slope = 0;
        cell(layer.activation).respond(10, 1, &z, &y, &slope);
        for (std::size_t j = 0; j < m; ++j) w[i * m + j] += 0.04 * (y * x[j] - y * y * w[i * m + j]);
        r.post.push_back(y + layer.noise * normal(random));
        r.post_seen.push_back(uniform(random) >= layer.gaps);
      }
    }
  }
  return out;
}

// What stands at w[t][i][j] is what stood at the place that `from` names.
using Place = std::function<std::size_t(std::size_t t, std::size_t i, std::size_t j)>;
void move_weights(LayerRecording& r, std::size_t times, const Place& from) {
  const LayerRecording before = r;
  const auto n = static_cast<std::size_t>(r.n);
  const auto m = static_cast<std::size_t>(r.m);
  for (std::size_t t = 0; t < times; ++t) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < m; ++j) {
        r.w[(t * n + i) * m + j] = before.w[from(t, i, j)];
        r.w_seen[(t * n + i) * m + j] = before.w_seen[from(t, i, j)];
      }
    }
  }
}

std::vector<LayerRecording> transposed(std::vector<LayerRecording> all) {
  for (LayerRecording& r : all) {
    const auto n = static_cast<std::size_t>(r.n);
    move_weights(r, static_cast<std::size_t>(r.steps),
                 [n](std::size_t t, std::size_t i, std::size_t j) { return (t * n + j) * n + i; });
  }
  return all;
}

// Each row has the weights of the next one, which the last row lacks.
std::vector<LayerRecording> late(std::vector<LayerRecording> all) {
  for (LayerRecording& r : all) {
    const auto n = static_cast<std::size_t>(r.n);
    const auto m = static_cast<std::size_t>(r.m);
    move_weights(r, static_cast<std::size_t>(r.steps - 1),
                 [n, m](std::size_t t, std::size_t i, std::size_t j) { return ((t + 1) * n + i) * m + j; });
  }
  return all;
}

std::string refused(const std::vector<LayerRecording>& all, Activation activation = Activation::linear) {
  RecordingsOptions options;
  options.activation = activation;
  return error_of([&] { refuse_contradictions(all, options); });
}

}  // namespace

TEST_CASE("weights in the place of others are told from few values that both readings have") {
  const char* const exchanged = "recording 0 and 7 others: the recorded post is w' * pre, expected w * pre";
  for (const double gaps : {0.0, 0.3, 0.4}) {
    CAPTURE(gaps);
    CHECK_HAS(refused(transposed(layers({.n = 4, .m = 4, .gaps = gaps}, 1))), exchanged);
    CHECK_HAS(refused(late(layers({.n = 2, .m = 3, .gaps = gaps}, 2))), "w * pre with w of the row before");
  }
  CHECK_HAS(refused(late(layers({.n = 2, .m = 8, .gaps = 0.15}, 3))), "w * pre with w of the row before");
  CHECK_HAS(
      refused(late(layers({.n = 2, .m = 8, .activation = Activation::sigmoid, .gaps = 0.15}, 3)), Activation::sigmoid),
      "sigmoid(w * pre) with w of the row before");
  // Initial weights alone are compared in the first row.
  CHECK_HAS(refused(transposed(layers({.n = 4, .m = 4, .weights = false}, 4))), exchanged);
  CHECK_HAS(refused(layers({.activation = Activation::tanh, .weights = false}, 5)), "post is tanh(w * pre)");
}

TEST_CASE("sound recordings of all sizes pass, with noise and gaps") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform;
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Layer layer;
    layer.n = 1 + static_cast<int>(random() % 5);
    layer.m = seed % 2 == 0 ? layer.n : 1 + static_cast<int>(random() % 6);
    layer.steps = 3 + static_cast<int>(random() % 40);
    layer.activation = cells()[random() % cells().size()].activation;
    layer.noise = seed % 3 == 0 ? 0 : 0.3 * uniform(random);
    layer.gaps = 0.5 * uniform(random);
    layer.weights = seed % 4 != 0;
    CHECK(refused(layers(layer, 1000 + seed), layer.activation).empty());
  }
}

TEST_CASE("values that are one and the same in all recordings say too little") {
  // All begin alike, with an activity that nothing drives.
  std::vector<LayerRecording> all = layers({.n = 1, .weights = false}, 6);
  for (LayerRecording& r : all) {
    for (std::size_t j = 0; j < 2; ++j) r.pre[j] = 0;
    r.post[0] = 0.5;  // as of sigmoid
    r.post_seen[0] = 1;
  }
  std::vector<LayerRecording> more = all;
  for (const LayerRecording& r : all) more.push_back(r);
  CHECK(refused(more).empty());
}
