#include "network/plastic_layer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "../files.hpp"
#include "base/error.hpp"
#include "expression/rule.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

constexpr int n = 3;
constexpr int m = 4;
constexpr int steps = 25;

struct Stream {
  std::vector<double> weights, x, target;
};

Stream stream() {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  Stream s;
  for (int k = 0; k < n * m; ++k) s.weights.push_back(0.4 * normal(random));
  for (int k = 0; k < steps * m; ++k) s.x.push_back(normal(random));
  for (int k = 0; k < steps * n; ++k) s.target.push_back(0.3 + 0.1 * normal(random));
  return s;
}

// What neuron i is given.
double current(const std::vector<double>& w, const double* x, int i) {
  double z = 0;
  for (int j = 0; j < m; ++j) z += w[static_cast<std::size_t>(i * m + j)] * x[j];
  return z;
}

// Written out by synapse: Oja's subspace rule, a delta rule and a decay.
std::vector<double> by_hand(const Stream& s, double oja, double delta, double decay, double (*f)(double),
                            std::vector<double>& outputs) {
  std::vector<double> w = s.weights;
  outputs.clear();
  for (int t = 0; t < steps; ++t) {
    const double* const x = s.x.data() + t * m;
    double y[n];
    for (int i = 0; i < n; ++i) {
      y[i] = f(current(w, x, i));
      outputs.push_back(y[i]);
    }
    const std::vector<double> before = w;
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        double seen = 0;
        for (int k = 0; k < n; ++k) seen += y[k] * before[static_cast<std::size_t>(k * m + j)];
        const auto at = static_cast<std::size_t>(i * m + j);
        w[at] += oja * y[i] * (x[j] - seen) - delta * (y[i] - s.target[static_cast<std::size_t>(t * n + i)]) * x[j] -
                 decay * before[at];
      }
    }
  }
  return w;
}

}  // namespace

TEST_CASE("a plastic layer learns as its rule says, and its slopes are those of the simulation") {
  const Stream s = stream();
  const Rule rule = check_rule({"three",
                                "param oja = 0 param delta = 0 param decay = 0\n"
                                "dw = oja * (post * pre' - post * post' * w) - delta * err_post * pre' - decay * w"});
  const std::vector<double> theta = {0.03, 0.05, 0.01};
  const std::vector<std::pair<Activation, double (*)(double)>> cases = {
      {Activation::linear, [](double z) { return z; }},
      {Activation::softplus, [](double z) { return std::log(1 + std::exp(2 * z)) / 2; }},
      {Activation::relu, [](double z) { return z > 0 ? z : 0; }},
      {Activation::sigmoid, [](double z) { return 1 / (1 + std::exp(-z)); }},
      {Activation::tanh, [](double z) { return std::tanh(z); }}};
  for (const auto& [activation, f] : cases) {
    CAPTURE(name(activation));
    PlasticLayer layer(plan::lower(rule), n, m, {2, 0}, activation, 2);
    // A second run in the same memory must not see the first.
    for (int run = 0; run < 2; ++run) {
      layer.start(theta, s.weights.data());
      std::vector<double> outputs, unused;
      const std::vector<double> w = by_hand(s, theta[0], theta[1], theta[2], f, outputs);
      for (int t = 0; t < steps; ++t) {
        REQUIRE(layer.forward(s.x.data() + t * m));
        for (int i = 0; i < n; ++i)
          CHECK(layer.output(i) == doctest::Approx(outputs[static_cast<std::size_t>(t * n + i)]).epsilon(1e-12));
        layer.learn(s.target.data() + t * n);
      }
      REQUIRE(layer.forward(s.x.data()));
      constexpr double h = 1e-6;
      const std::vector<double> more_decay = by_hand(s, theta[0], theta[1], theta[2] + h, f, unused);
      const std::vector<double> less_decay = by_hand(s, theta[0], theta[1], theta[2] - h, f, unused);
      const std::vector<double> more_oja = by_hand(s, theta[0] + h, theta[1], theta[2], f, unused);
      const std::vector<double> less_oja = by_hand(s, theta[0] - h, theta[1], theta[2], f, unused);
      for (int i = 0; i < n; ++i) {
        for (int j = 0; j < m; ++j) {
          const auto at = static_cast<std::size_t>(i * m + j);
          CHECK(layer.weight(i, j) == doctest::Approx(w[at]).epsilon(1e-11));
          CHECK(layer.weight_derivative(i, j, 0) ==
                doctest::Approx((more_decay[at] - less_decay[at]) / (2 * h)).epsilon(1e-5));
          CHECK(layer.weight_derivative(i, j, 1) ==
                doctest::Approx((more_oja[at] - less_oja[at]) / (2 * h)).epsilon(1e-5));
        }
      }
    }
  }
}

TEST_CASE("a plastic layer says what it has not") {
  const Rule rule = check_rule({"carried", "param a = 0\ndw = a * post * noise_pre'"});
  CHECK_HAS(error_of([&] { PlasticLayer(plan::lower(rule), n, m, {}, Activation::linear); }),
            "noise_pre, which a single layer does not have");
}

TEST_CASE("signals and errors of the input reach the rule, and slopes go through what is remembered") {
  const Stream s = stream();
  const Rule rule = check_rule({"told",
                                "param a = 0 param b = 0 param tau = 4 ms\nsignal attention: post\n"
                                "state trace: post x pre = 0\nnext trace = (1 - 1 ms / tau) * trace + post * pre'\n"
                                "dw = a * reward * attention .* trace - b * post * err_pre'"});
  const auto walk = [&](double a, double b, double tau, std::vector<double>& w) {
    w = s.weights;
    std::vector<double> trace(n * m, 0.0);
    for (int t = 0; t < steps; ++t) {
      const double* const x = s.x.data() + t * m;
      double y[n];
      for (int i = 0; i < n; ++i) {
        y[i] = std::tanh(current(w, x, i));
      }
      const double reward = std::sin(t);
      for (int i = 0; i < n; ++i) {
        for (int j = 0; j < m; ++j) {
          const auto at = static_cast<std::size_t>(i * m + j);
          w[at] += a * reward * s.target[static_cast<std::size_t>(t * n + i)] * trace[at] - b * y[i] * std::cos(t + j);
          trace[at] = (1 - 1e-3 / tau) * trace[at] + y[i] * x[j];
        }
      }
    }
  };
  const std::vector<double> theta = {0.05, 0.01, 0.004};
  PlasticLayer layer(plan::lower(rule), n, m, {0, 1, 2}, Activation::tanh);
  layer.start(theta, s.weights.data());
  for (int t = 0; t < steps; ++t) {
    REQUIRE(layer.forward(s.x.data() + t * m));
    double back[m];
    for (int j = 0; j < m; ++j) back[j] = std::cos(t + j);
    // In the order in which the rule has them: attention is declared, reward is met later.
    const double reward = std::sin(t);
    layer.learn({nullptr, back, {s.target.data() + t * n, &reward}});
  }
  REQUIRE(layer.forward(s.x.data()));
  std::vector<double> w;
  walk(theta[0], theta[1], theta[2], w);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j)
      CHECK(layer.weight(i, j) == doctest::Approx(w[static_cast<std::size_t>(i * m + j)]).epsilon(1e-11));
  }
  for (int d = 0; d < 3; ++d) {
    std::vector<double> more = theta;
    std::vector<double> less = theta;
    const double h = 1e-5 * theta[static_cast<std::size_t>(d)];
    more[static_cast<std::size_t>(d)] += h;
    less[static_cast<std::size_t>(d)] -= h;
    std::vector<double> above, below;
    walk(more[0], more[1], more[2], above);
    walk(less[0], less[1], less[2], below);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        const auto at = static_cast<std::size_t>(i * m + j);
        CHECK(layer.weight_derivative(i, j, d) == doctest::Approx((above[at] - below[at]) / (2 * h)).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("activations by name") {
  for (const char* text : {"linear", "softplus", "relu", "sigmoid", "tanh"})
    CHECK(name(*activation_named(text)) == std::string(text));
  CHECK_FALSE(activation_named("soft"));
}

TEST_CASE("derivatives by what a rule remembers at first, and by a weight that is set on the way") {
  const Stream s = stream();
  const plan::Plan plan = plan::lower(check_rule({"remembering", R"(
param a = 0.2
param b = 0.1
param g = -0.3
param k = 0.1
state x: pre = 0
state y: post = 0.5
state c: post x pre = 0
next x = (1 - k) * x + k * pre
next y = (1 - k) * y + k * post
next c = (1 - k) * c + k * post * pre'
dw = a * c + b * post * x' + g * (y * ones_pre') .* w
)"}));
  CHECK(numbers_remembered(plan, n, m) == m + n + n * m);
  constexpr int remembered = m + n + n * m;
  const std::vector<double> theta = {0.02, 0.015, -0.03, 0.1};
  constexpr int half = 10;
  const auto run = [&](PlasticLayer& layer, const std::vector<double>& states, double set) {
    layer.start(theta, s.weights.data());
    for (std::size_t k = 0; k < states.size(); ++k) layer.set_initial_state(k, states[k], 1);
    layer.set_weight(m + 1, s.weights[m + 1]);
    for (int t = 0; t < steps; ++t) {
      layer.forward(s.x.data() + t * m);
      if (t == half) {
        layer.set_weight(m + 1, set, 0);
        layer.forward(s.x.data() + t * m);
      }
      layer.learn();
    }
    layer.forward(s.x.data());
  };
  std::vector<double> states;
  for (int k = 0; k < remembered; ++k) states.push_back(0.1 * k - 0.5);
  PlasticLayer layer(plan, n, m, {0, 1, 2, 3}, Activation::tanh, 1, {m + 1}, true);
  REQUIRE(layer.states() == remembered);
  run(layer, states, 0.3);
  PlasticLayer other(plan, n, m, {}, Activation::tanh, 1, {m + 1}, true);
  for (int k = -1; k < remembered; ++k) {
    std::vector<double> more = states;
    std::vector<double> less = states;
    if (k >= 0) more[static_cast<std::size_t>(k)] += 1e-5;
    if (k >= 0) less[static_cast<std::size_t>(k)] -= 1e-5;
    std::vector<double> above;
    run(other, more, k < 0 ? 0.3 + 1e-5 : 0.3);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) above.push_back(other.weight(i, j));
    }
    run(other, less, k < 0 ? 0.3 - 1e-5 : 0.3);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < m; ++j) {
        INFO("number ", k, ", weight ", i, " ", j);
        CHECK(layer.weight_derivative(i, j, 5 + k) ==
              doctest::Approx((above[static_cast<std::size_t>(i * m + j)] - other.weight(i, j)) / 2e-5)
                  .epsilon(1e-5)
                  .scale(1e-3));
      }
    }
  }
}
