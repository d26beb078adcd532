#include "objectives/recordings/compared.hpp"

#include <algorithm>

namespace rule_search {

std::size_t synapses_of(const LayerRecording& r) {
  return static_cast<std::size_t>(r.n) * static_cast<std::size_t>(r.m);
}

int compared_steps(const LayerRecording& r, RecordingsLoss loss, const RecordingsOptions& options) {
  const int share = loss == RecordingsLoss::half ? 2 : loss == RecordingsLoss::quarter ? 4 : 1;
  return options.warm_up + (r.steps - options.warm_up + share - 1) / share;
}

bool is_explained(const LayerRecording& r, std::size_t k, const RecordingsOptions& options) {
  const std::size_t begins = static_cast<std::size_t>(options.warm_up) * synapses_of(r);
  return r.w_seen[k] != 0 && k >= begins + (options.fit_initial_weights ? 0 : synapses_of(r));
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

std::size_t begins_at(const LayerRecording& r, std::size_t synapse, const RecordingsOptions& options) {
  for (auto t = static_cast<std::size_t>(options.warm_up) + 1; t-- > 0;) {
    if (const std::size_t k = t * synapses_of(r) + synapse; r.w_seen[k] != 0) return k;
  }
  return first_seen(r, synapse);
}

bool is_recorded_at_first(const LayerRecording& r, std::size_t synapse, const RecordingsOptions& options) {
  return begins_at(r, synapse, options) < static_cast<std::size_t>(options.warm_up + 1) * synapses_of(r);
}

bool all_recorded_at_first(const LayerRecording& r, const RecordingsOptions& options) {
  for (std::size_t s = 0; s < synapses_of(r); ++s) {
    if (!is_recorded_at_first(r, s, options)) return false;
  }
  return true;
}

std::vector<int> fitted_initial_weights(const LayerRecording& r, const RecordingsOptions& options) {
  std::vector<int> out;
  for (int k = 0; k < r.n * r.m; ++k) {
    if (options.fit_initial_weights || !is_recorded_at_first(r, static_cast<std::size_t>(k), options)) out.push_back(k);
  }
  return out;
}

bool fits_beginning(const LayerRecording& r, const RecordingsOptions& options) {
  return options.judged_by_second_half || options.fit_initial_states || !fitted_initial_weights(r, options).empty();
}

bool fits_beginning_to_half(const LayerRecording& r, const RecordingsOptions& options) {
  return !r.choice.empty() && !fitted_initial_weights(r, options).empty();
}

std::size_t residuals_of(const LayerRecording& r, std::size_t neuron, RecordingsLoss loss,
                         const RecordingsOptions& options, bool held_out) {
  const auto inputs = static_cast<std::size_t>(r.m);
  const auto neurons = static_cast<std::size_t>(r.n);
  const int times = compared_steps(r, loss, options);
  const bool second_half = held_out && fits_beginning(r, options);
  const int first = second_half ? fitted_until(times, options) : options.warm_up;
  std::size_t count = 0;
  for (auto t = static_cast<std::size_t>(first); t < static_cast<std::size_t>(times); ++t) {
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
