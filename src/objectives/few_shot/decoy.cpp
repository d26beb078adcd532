#include "objectives/few_shot/decoy.hpp"

#include <algorithm>
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

std::size_t neurons(const Episode& episode, int layer) {
  return static_cast<std::size_t>(episode.network.layers[static_cast<std::size_t>(layer)]);
}

FeedbackNoise drawn_noise(const Episode& episode, std::uint64_t kind) {
  return [&episode, kind, graph = episode.network.graph()](int step, int connection) {
    Random random = random_of(episode, kind, step, connection);
    std::vector<double> out(neurons(episode, graph.connections[static_cast<std::size_t>(connection)].from));
    for (double& x : out) x = normal(random);
    return out;
  };
}

}  // namespace

std::vector<double> noise(const Episode& episode, int step, int layer) {
  Random random = random_of(episode, 1, step, layer);
  std::vector<double> out(neurons(episode, layer));
  const double edge = std::sqrt(3.0);
  for (double& x : out) x = random.uniform(-edge, edge);
  return out;
}

Shuffle error_shuffle(const Episode& episode, int step, int layer) {
  Random random = random_of(episode, 2, step, layer);
  Shuffle out;
  out.from.resize(neurons(episode, layer));
  std::iota(out.from.begin(), out.from.end(), 0);
  random.shuffle(out.from);
  for (std::size_t k = 0; k < out.from.size(); ++k) out.sign.push_back(random.below(2) == 0 ? 1 : -1);
  return out;
}

FeedbackNoise noise_of(const Episode& episode) {
  if (!episode.noise.empty())
    return [&episode](int step, int connection) {
      return episode.noise[static_cast<std::size_t>(step)][static_cast<std::size_t>(connection)];
    };
  return drawn_noise(episode, 3);
}

FeedbackNoise warm_up_noise(const Episode& episode) { return drawn_noise(episode, 4); }

template <class T>
Decoys<T>::Decoys(const plan::Plan& plan)
    : noise_(plan.uses(Quantity::noise_pre) || plan.uses(Quantity::noise_post)),
      shuffled_errors_(plan.uses(Quantity::shuffled_err_pre) || plan.uses(Quantity::shuffled_err_post)) {}

template <class T>
void Decoys<T>::fill(const Episode& episode, int step, Populations<T>& populations) const {
  for (int l = 0; l <= populations.top() && (noise_ || shuffled_errors_); ++l) {
    const auto i = static_cast<std::size_t>(l);
    if (noise_) {
      const std::vector<double> values = noise(episode, step, l);
      std::transform(values.begin(), values.end(), populations.noise[i].at(0),
                     [](double x) { return static_cast<T>(x); });
    }
    if (!shuffled_errors_) continue;
    const Shuffle shuffle = error_shuffle(episode, step, l);
    const Activity<T>& error = populations.error[i];
    Activity<T>& out = populations.shuffled_error[i];
    for (int p = 0; p < out.planes; ++p) {
      for (std::size_t k = 0; k < shuffle.from.size(); ++k)
        out.at(p)[k] = static_cast<T>(shuffle.sign[k]) * error.at(p)[shuffle.from[k]];
    }
  }
}

template class Decoys<float>;
template class Decoys<double>;

}  // namespace rule_search
