#include "objectives/few_shot/decoy.hpp"

#include <bit>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace rule_search {

namespace {

Random random_of(const Episode& episode, std::uint64_t kind, int step, int layer) {
  // Every episode starts with weights of its own.
  const auto own = std::bit_cast<std::uint64_t>(episode.weights.front().front());
  return Random(own, kind * 1000003 + static_cast<std::uint64_t>(layer), static_cast<std::uint64_t>(step));
}

std::size_t cells(const Episode& episode, int layer) {
  return static_cast<std::size_t>(episode.network.layers[static_cast<std::size_t>(layer)]);
}

}  // namespace

std::vector<double> noise(const Episode& episode, int step, int layer) {
  Random random = random_of(episode, 1, step, layer);
  std::vector<double> out(cells(episode, layer));
  const double edge = std::sqrt(3.0);
  for (double& x : out) x = random.uniform(-edge, edge);
  return out;
}

Shuffle error_shuffle(const Episode& episode, int step, int layer) {
  Random random = random_of(episode, 2, step, layer);
  Shuffle out;
  out.from.resize(cells(episode, layer));
  std::iota(out.from.begin(), out.from.end(), 0);
  random.shuffle(out.from);
  for (std::size_t k = 0; k < out.from.size(); ++k) out.sign.push_back(random.below(2) == 0 ? 1 : -1);
  return out;
}

}  // namespace rule_search
