#include "objectives/recordings/scales.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "data/recording_checks.hpp"
#include "objectives/recordings/compared.hpp"

namespace rule_search {

void RecordedSums::add(const LayerRecording& r, const RecordingsOptions& options) {
  const std::size_t synapses = synapses_of(r);
  if (meant_.empty()) meant_ = asked_for_meant_quantity(r);
  weights_have_errors_ = !r.w_error.empty();
  activities_have_errors_ = !r.post_error.empty();
  for (std::size_t i = 0; i < r.w.size(); ++i) {
    if (is_explained(r, i, options)) add_weight(r, i, begins_at(r, i % synapses, options));
  }
  const std::size_t begins = static_cast<std::size_t>(options.warm_up) * static_cast<std::size_t>(r.n);
  for (std::size_t i = begins; i < r.post.size(); ++i) {
    if (r.post_seen[i] != 0) add_activity(r, i);
  }
  for (std::size_t i = begins; i < r.choice.size(); ++i) {
    if (r.choice_seen[i] == 0) continue;
    chosen_ += r.choice[i];
    ++choices_;
  }
}

void RecordedSums::add_weight(const LayerRecording& r, std::size_t k, std::size_t first) {
  ++weights_seen_;
  squares_of_weights_ += r.w[k] * r.w[k];
  if (weights_have_errors_) weights_in_errors_ += std::pow(r.w[k] / r.w_error[k], 2);
  if (k == first) return;  // a first sight is no change
  const double change = r.w[k] - r.w[first];
  changes_ += change * change;
  ++changes_seen_;
  if (weights_have_errors_) changes_in_errors_ += std::pow(change / r.w_error[k], 2);
}

void RecordedSums::add_activity(const LayerRecording& r, std::size_t k) {
  sum_ += r.post[k];
  squares_ += r.post[k] * r.post[k];
  ++activities_;
  if (!activities_have_errors_) return;
  const double by = 1 / (r.post_error[k] * r.post_error[k]);
  ones_in_errors_ += by;
  sum_in_errors_ += by * r.post[k];
  squares_in_errors_ += by * r.post[k] * r.post[k];
}

bool RecordedSums::errors_are_missing() const {
  const int kinds = (weights_seen_ > 0) + (activities_ > 0) + (choices_ > 0);
  return kinds > 1 && ((weights_seen_ > 0 && !weights_have_errors_) || (activities_ > 0 && !activities_have_errors_));
}

ResidualScales RecordedSums::scales() const {
  if (weights_seen_ + activities_ + choices_ == 0)
    throw InputError(
        fmt::format("no weight after the first time, no activity and no choice was recorded, so there is nothing to "
                    "explain\n  hint: {}{}w columns beyond the first line, post columns, or choice columns",
                    meant_, meant_.empty() ? "" : " "));
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
    out.choice = out.chance = std::sqrt(p * cross_entropy(p, true) + (1 - p) * cross_entropy(p, false));
  }
  set_units_of_errors(out);
  return out;
}

// Such that a layer that does not change has the loss that it has where nobody knows errors, 0.5.
void RecordedSums::set_units_of_errors(ResidualScales& out) const {
  const bool once = changes_seen_ == 0;
  const double of_weights = once ? weights_seen_ : changes_seen_;
  const double weights = !weights_have_errors_ ? 0 : once ? weights_in_errors_ : changes_in_errors_;
  const double m = out.post_mean;
  const double activities = squares_in_errors_ - 2 * m * sum_in_errors_ + m * m * ones_in_errors_;
  const auto unit = [](double count, double squares) { return squares > 0 ? std::sqrt(count / squares) : 1; };
  if (weights_have_errors_) out.weights_in_errors = unit(of_weights, weights);
  if (activities_have_errors_) out.post_in_errors = unit(activities_, activities);
  const bool all_known = (weights_seen_ == 0 || weights_have_errors_) && (activities_ == 0 || activities_have_errors_);
  if (!all_known || weights_seen_ + activities_ == 0) return;
  // -log of the likelihood of a choice is its cross-entropy, that of a value half the square in errors.
  const double all = unit(of_weights + activities_ + choices_,
                          weights + std::max(0.0, activities) + 2 * choices_ * out.chance * out.chance);
  if (weights_have_errors_) out.weights_in_errors = all;
  if (activities_have_errors_) out.post_in_errors = all;
  if (choices_ > 0) out.choice = 1 / (std::sqrt(2.0) * all);
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
