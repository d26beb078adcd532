#include "objectives/recordings/permuted.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/random.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/hash.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t permutation_stream = 141;

// Row t is row t + shift of the other, which has `rows`.
template <class T>
std::vector<T> moved(const std::vector<T>& other, std::size_t rows, std::size_t shift, std::size_t steps) {
  if (other.empty()) return {};
  const std::size_t width = other.size() / rows;
  std::vector<T> out;
  for (std::size_t t = 0; t < steps; ++t) {
    const auto row = other.begin() + static_cast<std::ptrdiff_t>((t + shift) % rows * width);
    out.insert(out.end(), row, row + static_cast<std::ptrdiff_t>(width));
  }
  return out;
}

double mean_activity(const std::vector<LayerRecording>& recordings) {
  double sum = 0;
  double count = 0;
  for (const LayerRecording& r : recordings) {
    for (std::size_t k = 0; k < r.post.size(); ++k) {
      if (r.post_seen[k] == 0) continue;
      sum += r.post[k];
      ++count;
    }
  }
  return count > 0 ? sum / count : 0;
}

void take_weights(LayerRecording& to, const LayerRecording& from, double sign) {
  const std::size_t synapses = synapses_of(from);
  std::fill(to.w_seen.begin(), to.w_seen.end(), 0);
  for (std::size_t k = 0; k < std::min(to.w.size(), from.w.size()); ++k) {
    to.w_seen[k] = from.w_seen[k];
    if (from.w_seen[k] == 0) continue;
    const double first = from.w[first_seen(from, k % synapses)];
    to.w[k] = first + sign * (from.w[k] - first);
    if (!to.w_error.empty() && !from.w_error.empty()) to.w_error[k] = from.w_error[k];
  }
}

}  // namespace

std::vector<LayerRecording> permuted(const std::vector<LayerRecording>& recordings, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t k = 0; k < recordings.size(); ++k) {
    RecordingHash hash;
    hash.add(recordings[k]);
    order.emplace_back(hash.hash().value(), k);
  }
  std::sort(order.begin(), order.end());
  Random random(seed, permutation_stream, 0);
  random.shuffle(order);
  const double mean = mean_activity(recordings);
  std::vector<LayerRecording> out = recordings;
  for (std::size_t k = 0; k < order.size(); ++k) {
    LayerRecording& to = out[order[k].second];
    const LayerRecording& from = recordings[order[(k + 1) % order.size()].second];
    const double sign = k % 2 == 0 ? 1 : -1;
    const auto rows = static_cast<std::size_t>(from.steps);
    const auto steps = static_cast<std::size_t>(to.steps);
    const std::size_t shift = rows / 4 + static_cast<std::size_t>(random.below(std::max<std::size_t>(1, rows / 2)));
    take_weights(to, from, sign);
    to.post = moved(from.post, rows, shift, steps);
    for (double& y : to.post) y = mean + sign * (y - mean);
    to.post_seen = moved(from.post_seen, rows, shift, steps);
    to.post_error = moved(from.post_error, rows, shift, steps);
    to.choice = moved(from.choice, rows, shift, steps);
    for (double& c : to.choice) c = sign > 0 ? c : 1 - c;
    to.choice_seen = moved(from.choice_seen, rows, shift, steps);
  }
  return out;
}

}  // namespace rule_search
