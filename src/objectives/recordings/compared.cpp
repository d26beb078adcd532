#include "objectives/recordings/compared.hpp"

#include <algorithm>

namespace rule_search {

std::size_t synapses_of(const LayerRecording& r) {
  return static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
}

int compared_steps(const LayerRecording& r, RecordingsLoss loss) {
  const int share = loss == RecordingsLoss::half ? 2 : loss == RecordingsLoss::quarter ? 4 : 1;
  return (r.steps + share - 1) / share;
}

bool is_explained(const LayerRecording& r, std::size_t k, const RecordingsOptions& options) {
  const bool initial = k < synapses_of(r);
  return r.w_seen[k] != 0 && (!initial || options.fit_initial_weights);
}

bool all_weights_seen(const LayerRecording& r, int t) {
  const auto synapses = static_cast<std::ptrdiff_t>(synapses_of(r));
  const auto first = r.w_seen.begin() + t * synapses;
  return std::find(first, first + synapses, 0) == first + synapses;
}

std::size_t first_seen(const LayerRecording& r, std::size_t synapse) {
  std::size_t k = synapse;
  while (k < r.w_seen.size() && r.w_seen[k] == 0) k += synapses_of(r);
  return k;
}

std::vector<int> fitted_initial_weights(const LayerRecording& r, const RecordingsOptions& options) {
  std::vector<int> out;
  for (int k = 0; k < r.n * r.m; ++k) {
    if (options.fit_initial_weights || r.w_seen[static_cast<std::size_t>(k)] == 0) out.push_back(k);
  }
  return out;
}

std::size_t residuals_of(const LayerRecording& r, std::size_t neuron, RecordingsLoss loss,
                         const RecordingsOptions& options, bool held_out) {
  const auto inputs = static_cast<std::size_t>(r.m);
  const auto neurons = static_cast<std::size_t>(r.n);
  const int times = compared_steps(r, loss);
  const bool second_half = held_out && !fitted_initial_weights(r, options).empty();
  std::size_t count = 0;
  for (auto t = static_cast<std::size_t>(second_half ? fitted_until(times) : 0); t < static_cast<std::size_t>(times);
       ++t) {
    const std::size_t k = t * neurons + neuron;
    if (loss != RecordingsLoss::integral) {
      count += k < r.post_seen.size() && r.post_seen[k] != 0;
      count += k < r.choice_seen.size() && r.choice_seen[k] != 0;
    }
    for (std::size_t j = 0; j < inputs; ++j) count += is_explained(r, k * inputs + j, options);
  }
  return count;
}

}  // namespace rule_search
