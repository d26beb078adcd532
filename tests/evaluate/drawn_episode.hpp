// Small episodes of random numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "objectives/few_shot/episode.hpp"

namespace rule_search::test {

/// All numbers and labels drawn, by nothing but the seed and these sizes.
inline Episode drawn_episode(Feedback feedback, std::uint64_t seed, std::vector<int> layers, int steps, int queries) {
  Random random(seed);
  Episode e;
  e.network.layers = std::move(layers);
  e.network.beta = 10;
  e.feedback = feedback;
  const int classes = e.network.layers.back();
  const auto numbers = [&](int count, double low, double high) {
    std::vector<double> x(static_cast<std::size_t>(count));
    for (double& v : x) v = random.uniform(low, high);
    return x;
  };
  for (std::size_t l = 0; l + 1 < e.network.layers.size(); ++l) {
    const int in = e.network.layers[l];
    const int out = e.network.layers[l + 1];
    e.weights.push_back(numbers(in * out, -0.7, 0.7));
    e.feedback_weights.push_back(numbers(in * (feedback == Feedback::direct ? classes : out), -0.7, 0.7));
    if (feedback == Feedback::sign) {
      for (double& v : e.feedback_weights.back()) v = std::abs(v);
    }
  }
  const auto samples = [&](int count) {
    Samples s;
    s.size = count;
    s.x = numbers(count * e.network.layers.front(), 0, 1);
    for (int k = 0; k < count; ++k)
      s.label.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(classes))));
    return s;
  };
  e.train = samples(steps);
  e.query = samples(queries);
  return e;
}

}  // namespace rule_search::test
