// Small episodes of random numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "objectives/few_shot/episode.hpp"

namespace rule_search::test {

/// All numbers and labels drawn, by nothing but the seed and these sizes. Disturbances of feedback weights that learn follow
/// from the episode.
inline Episode drawn_episode(Feedback feedback, std::uint64_t seed, Network network, int steps, int queries) {
  Random random(seed);
  Episode e;
  e.network = std::move(network);
  e.feedback = feedback;
  const int classes = e.network.layers.back();
  const auto numbers = [&](int count, double low, double high) {
    std::vector<double> x(static_cast<std::size_t>(count));
    for (double& v : x) v = random.uniform(low, high);
    return x;
  };
  // Those of symmetric feedback, which has none, are drawn as for fixed feedback, so that both have the same weights.
  const std::vector<MatrixShape> back =
      feedback_shapes(feedback == Feedback::symmetric ? Feedback::fixed : feedback, e.network);
  std::size_t k = 0;
  for (const MatrixShape& forward : feedback_shapes(Feedback::fixed, e.network)) {
    e.weights.push_back(numbers(forward.rows * forward.cols, -0.7, 0.7));
    if (k == back.size()) continue;
    e.feedback_weights.push_back(numbers(back[k].rows * back[k].cols, -0.7, 0.7));
    if (kind(feedback).magnitudes) {
      for (double& v : e.feedback_weights.back()) v = std::abs(v);
    }
    ++k;
  }
  if (feedback == Feedback::symmetric) e.feedback_weights.clear();
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

/// A chain of these layers.
inline Episode drawn_episode(Feedback feedback, std::uint64_t seed, std::vector<int> layers, int steps, int queries) {
  return drawn_episode(feedback, seed, Network{std::move(layers), 10}, steps, queries);
}

}  // namespace rule_search::test
