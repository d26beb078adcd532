#include "objectives/recordings/scales.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "objectives/recordings/compared.hpp"

namespace rule_search {

void RecordedSums::add(const LayerRecording& r, const RecordingsOptions& options) {
  const std::size_t synapses = synapses_of(r);
  for (std::size_t i = 0; i < r.w.size(); ++i) {
    if (!is_explained(r, i, options)) continue;
    const std::size_t first = begins_at(r, i % synapses, options);
    ++weights_seen_;
    squares_of_weights_ += r.w[i] * r.w[i];
    if (i == first) continue;  // a first sight is no change
    const double change = r.w[i] - r.w[first];
    changes_ += change * change;
    ++changes_seen_;
  }
  const std::size_t begins = static_cast<std::size_t>(options.warm_up) * static_cast<std::size_t>(r.n);
  for (std::size_t i = begins; i < r.post.size(); ++i) {
    if (r.post_seen[i] == 0) continue;
    sum_ += r.post[i];
    squares_ += r.post[i] * r.post[i];
    ++activities_;
  }
  for (std::size_t i = begins; i < r.choice.size(); ++i) {
    if (r.choice_seen[i] == 0) continue;
    chosen_ += r.choice[i];
    ++choices_;
  }
}

ResidualScales RecordedSums::scales() const {
  if (weights_seen_ + activities_ + choices_ == 0)
    throw InputError(
        "no weight after the first time, no activity and no choice was recorded, so there is nothing to "
        "explain\n  hint: w columns beyond the first line, post columns, or choice columns");
  ResidualScales out;
  if (changes_seen_ > 0) out.weights = std::sqrt(changes_ / changes_seen_);
  // Where every weight was seen once, none is known to have changed.
  if (changes_seen_ == 0 && weights_seen_ > 0)
    out.weights = squares_of_weights_ > 0 ? std::sqrt(squares_of_weights_ / weights_seen_) : 1;
  if (activities_ > 0) {
    out.post_mean = sum_ / activities_;
    out.post = std::sqrt(std::max(0.0, squares_ / activities_ - out.post_mean * out.post_mean));
  }
  const char* const constant = weights_seen_ > 0 && !(out.weights > 0)                 ? "the weights"
                               : activities_ > 0 && !(out.post > 0)                    ? "activities"
                               : choices_ > 0 && (chosen_ == 0 || chosen_ == choices_) ? "choices"
                                                                                       : nullptr;
  if (constant != nullptr)
    throw InputError(
        fmt::format("in the recordings to search on {} never change, so there is nothing to explain", constant));
  if (choices_ > 0) {
    const double p = chosen_ / choices_;
    out.choice = std::sqrt(p * cross_entropy(p, true) + (1 - p) * cross_entropy(p, false));
  }
  return out;
}

double cross_entropy(double p, bool chosen) { return -std::log(std::max(chosen ? p : 1 - p, 1e-12)); }

double response_to_weights(const LayerRecording& r, const ResidualScales& scales) {
  double squares = 0;
  for (double x : r.pre) squares += x * x / static_cast<double>(r.pre.size());
  const double input = std::sqrt(squares);
  const double response = std::max({scales.post > 0 ? input / scales.post : 0.0, scales.choice > 0 ? input : 0.0,
                                    scales.weights > 0 ? 1 / scales.weights : 0.0});
  return response > 0 ? response : 1;
}

}  // namespace rule_search
