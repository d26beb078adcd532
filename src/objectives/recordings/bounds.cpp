#include "objectives/recordings/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "objectives/recordings/compared.hpp"

namespace rule_search {

namespace {

// One value, over all recordings.
struct AtValue {
  double value = 0;
  std::size_t weights = 0, synapses = 0;

  void add(const LayerRecording& r, std::size_t synapse, const RecordingsOptions& options) {
    const std::size_t begin = begins_at(r, synapse, options);
    bool changed = false;
    std::size_t here = 0;
    for (std::size_t k = begin; k < r.w.size(); k += synapses_of(r)) {
      if (r.w_seen[k] == 0) continue;
      changed = changed || r.w[k] != r.w[begin];
      here += changed && r.w[k] == value && is_explained(r, k, options) ? 1 : 0;
    }
    weights += here;
    synapses += here > 0 ? 1 : 0;
  }

  // Of weights with few digits many are equal; at a bound there are more of them than beside it.
  double share_of(std::size_t all, std::size_t beside) const {
    constexpr std::size_t few = 3;  // one synapse that stays for long is no bound
    constexpr std::size_t more = 3;
    return synapses < few || weights < more * beside ? 0 : static_cast<double>(weights) / static_cast<double>(all);
  }
};

using Recordings = std::vector<const LayerRecording*>;

template <class Look>
void for_each_weight(const Recordings& recordings, const Look& look) {
  for (const LayerRecording* r : recordings) {
    for (std::size_t k = 0; k < r->w.size(); ++k) {
      if (r->w_seen[k] != 0) look(*r, k);
    }
  }
}

AtValue at(double value, const Recordings& recordings, const RecordingsOptions& options) {
  AtValue out{value};
  for (const LayerRecording* r : recordings) {
    for (std::size_t s = 0; s < synapses_of(*r); ++s) out.add(*r, s, options);
  }
  return out;
}

}  // namespace

std::string WeightsAtBounds::text() const {
  const char* const weights = " of the recorded weights are";
  std::string out;
  if (at_largest > 0) out = fmt::format("{:.1f} %{} exactly {:.6g} (the largest)", 100 * at_largest, weights, largest);
  if (at_smallest > 0)
    out += fmt::format("{}{:.1f} %{} exactly {:.6g} (the smallest)", out.empty() ? "" : " and ", 100 * at_smallest,
                       out.empty() ? weights : "", smallest);
  return out;
}

std::string WeightsAtBounds::statement() const {
  return fmt::format("bound w in [{}, {}]", at_smallest > 0 ? shortest(smallest) : "-inf",
                     at_largest > 0 ? shortest(largest) : "inf");
}

std::optional<WeightsAtBounds> weights_at_bounds(const Recordings& recordings, const RecordingsOptions& options) {
  constexpr double enough = 0.01;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::size_t all = 0;
  double high = -infinity;
  double low = infinity;
  for_each_weight(recordings, [&](const LayerRecording& r, std::size_t k) {
    all += is_explained(r, k, options) ? 1 : 0;
    high = std::max(high, r.w[k]);
    low = std::min(low, r.w[k]);
  });
  if (all == 0 || !(low < high)) return std::nullopt;
  double below = low;
  double above = high;
  for_each_weight(recordings, [&](const LayerRecording& r, std::size_t k) {
    if (r.w[k] < high) below = std::max(below, r.w[k]);
    if (r.w[k] > low) above = std::min(above, r.w[k]);
  });
  const auto share = [&](double value, double beside) {
    return at(value, recordings, options).share_of(all, at(beside, recordings, options).weights);
  };
  const WeightsAtBounds out{high, low, share(high, below), share(low, above)};
  return out.at_largest + out.at_smallest < enough ? std::nullopt : std::optional(out);
}

}  // namespace rule_search
