#include "objectives/recordings/permuted.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/random.hpp"
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

}  // namespace

std::vector<LayerRecording> permuted(std::vector<LayerRecording> recordings, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t k = 0; k < recordings.size(); ++k) {
    RecordingHash hash;
    hash.add(recordings[k]);
    order.emplace_back(hash.hash().value(), k);
  }
  std::sort(order.begin(), order.end());
  Random random(seed, permutation_stream, 0);
  random.shuffle(order);
  std::vector<LayerRecording> out = recordings;
  for (std::size_t k = 0; k < order.size(); ++k) {
    LayerRecording& to = out[order[k].second];
    const LayerRecording& from = recordings[order[(k + 1) % order.size()].second];
    const auto rows = static_cast<std::size_t>(from.steps);
    const auto steps = static_cast<std::size_t>(to.steps);
    const std::size_t shift = rows / 4 + static_cast<std::size_t>(random.below(std::max<std::size_t>(1, rows / 2)));
    to.w = moved(from.w, rows, shift, steps);
    to.w_seen = moved(from.w_seen, rows, shift, steps);
    to.post = moved(from.post, rows, shift, steps);
    to.post_seen = moved(from.post_seen, rows, shift, steps);
    to.choice = moved(from.choice, rows, shift, steps);
    to.choice_seen = moved(from.choice_seen, rows, shift, steps);
  }
  return out;
}

}  // namespace rule_search
