#include "objectives/goals/world.hpp"

#include <cmath>

#include "base/random.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t world_stream = 160;  // and one after it for each part

}  // namespace

World draw_world(const GoalOptions& options, std::uint64_t seed, Part part, std::size_t number) {
  Random random(seed, world_stream + static_cast<std::uint64_t>(part), number);
  const int n = options.neurons;
  const int m = options.inputs;
  World out;
  out.directions = rotation(random, m);
  const bool sources = options.goal->sparse_sources;
  if (sources) {
    out.spectrum.assign(static_cast<std::size_t>(m), 1.0);
  } else {
    // Every variance is 1.4 to 2.2 times the next one: a gap that a layer can find in so many steps. The mean variance of
    // an input, from 1/2 to 2, is another one in every world, so that a rule must not be right for one size alone.
    double variance = 1;
    double sum = 0;
    for (int j = 0; j < m; ++j) {
      out.spectrum.push_back(variance);
      sum += variance;
      variance /= random.uniform(1.4, 2.2);
    }
    const double mean = std::exp2(random.uniform(-1, 1));
    for (double& v : out.spectrum) v *= mean * m / sum;
  }
  // Lengths around 1, some too short and some too long: at weights of the right length nothing would tell a fit, which
  // begins with a layer that does not learn, what terms of growth and of decay are good for.
  for (int i = 0; i < n; ++i) {
    const std::size_t first = out.weights.size();
    double squares = 0;
    for (int j = 0; j < m; ++j) {
      out.weights.push_back(normal(random));
      squares += out.weights.back() * out.weights.back();
    }
    const double length = random.uniform(0.5, 1.5);
    for (std::size_t k = first; k < out.weights.size(); ++k) out.weights[k] *= length / std::sqrt(squares);
  }
  out.inputs.assign(static_cast<std::size_t>(options.steps) * static_cast<std::size_t>(m), 0.0);
  for (int t = 0; t < options.steps; ++t) {
    double* const x = out.inputs.data() + static_cast<std::ptrdiff_t>(t) * m;
    for (int k = 0; k < m; ++k) {
      const double along =
          std::sqrt(out.spectrum[static_cast<std::size_t>(k)]) * (sources ? laplace(random) : normal(random));
      for (int j = 0; j < m; ++j)
        x[j] += along * out.direction(static_cast<std::size_t>(k), static_cast<std::size_t>(j));
    }
  }
  return out;
}

}  // namespace rule_search
