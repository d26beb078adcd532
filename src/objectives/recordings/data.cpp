#include "objectives/recordings/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/contradictions.hpp"
#include "objectives/recordings/given_noise.hpp"
#include "objectives/recordings/hash.hpp"
#include "objectives/recordings/known_weights.hpp"
#include "objectives/recordings/missing_codes.hpp"
#include "objectives/recordings/residuals.hpp"
#include "objectives/recordings/split.hpp"

namespace rule_search {

namespace {

// The order and the names of files must not decide what is found. Where each stood before.
std::vector<std::size_t> order_by_content(std::vector<LayerRecording>& recordings, std::size_t from,
                                          std::size_t until) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t k = from; k < until; ++k) {
    RecordingHash hash;
    hash.add(recordings[k]);
    order.emplace_back(hash.hash().value(), k);
  }
  std::sort(order.begin(), order.end());
  std::vector<LayerRecording> ordered;
  std::vector<std::size_t> before;
  for (const auto& [hash, at] : order) {
    ordered.push_back(std::move(recordings[at]));
    before.push_back(at);
  }
  std::move(ordered.begin(), ordered.end(), recordings.begin() + static_cast<std::ptrdiff_t>(from));
  return before;
}

RecordedSums sums_of(const std::vector<LayerRecording>& recordings, std::size_t from,
                     const RecordingsOptions& options) {
  RecordedSums sums;
  for (std::size_t k = from; k < recordings.size(); ++k) sums.add(recordings[k], options);
  return sums;
}

double numbers_to_explain(const LayerRecording& r, const RecordingsOptions& options) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(r.n); ++i)
    out += residuals_of(r, i, RecordingsLoss::simulation, options, false);
  if (out == 0)
    throw InputError(fmt::format(
        "{}: nothing was recorded that a rule could explain: no weight after the first time, no activity and "
        "no choice\n  hint: leave it out",
        r.name));
  return static_cast<double>(out);
}

}  // namespace

RecordingsData prepared(std::vector<LayerRecording> recordings, std::vector<LayerRecording> test,
                        const RecordingsOptions& options) {
  RecordingsData out;
  out.options = options;
  out.named_for_test = test.size();
  refuse_too_few(recordings);
  out.recordings = std::move(test);
  out.recordings.insert(out.recordings.end(), std::make_move_iterator(recordings.begin()),
                        std::make_move_iterator(recordings.end()));
  // Messages name recordings in the order in which they were given.
  refuse_unequal(out.recordings);
  refuse_other_steps(out.recordings);
  for (const LayerRecording& r : out.recordings) refuse_missing_codes(r);
  for (const LayerRecording& r : out.recordings) refuse_long_warm_up(r, options);
  const ResidualScales as_given = sums_of(out.recordings, out.named_for_test, options).scales();
  refuse_the_same_twice(out.recordings);
  refuse_choices_without_probability(options, as_given);
  refuse_contradictions(out.recordings, options);
  for (const LayerRecording& r : out.recordings) {
    refuse_what_has_no_scale(r, options, as_given);
    refuse_too_many_initial_weights(r, options);
    if (fits_beginning(r, options)) first_half(r, options);  // throws where one half has nothing
  }
  std::vector<std::size_t> before = order_by_content(out.recordings, 0, out.named_for_test);
  const auto others = order_by_content(out.recordings, out.named_for_test, out.recordings.size());
  before.insert(before.end(), others.begin(), others.end());
  out.as_given.resize(before.size());
  for (std::size_t k = 0; k < before.size(); ++k) out.as_given[before[k]] = k;

  const RecordedSums sums = sums_of(out.recordings, out.named_for_test, options);
  out.scales = sums.scales();
  out.errors_are_missing = sums.errors_are_missing();
  std::vector<const LayerRecording*> training;
  for (std::size_t k = out.named_for_test; k < out.recordings.size(); ++k) training.push_back(&out.recordings[k]);

  bool all_recorded = true;
  for (const LayerRecording& r : out.recordings) {
    out.initial_weights.push_back(known_initial_weights(r, options, out.scales));
    // What is fitted of the beginning of a held-out recording must not know of the half by which a rule is judged.
    out.initial_weights_of_half.push_back(fits_beginning(r, options)
                                              ? known_initial_weights(first_half(r, options), options, out.scales)
                                              : out.initial_weights.back());
    out.weights.push_back(numbers_to_explain(r, options));
    out.numbers_of_one += out.weights.back() / static_cast<double>(out.recordings.size());
    all_recorded = all_recorded && all_recorded_at_first(r, options);
  }
  for (double& w : out.weights) w /= out.numbers_of_one;
  std::vector<double> changes;
  for (std::size_t k = 0; k < out.recordings.size(); ++k)
    changes.push_back(squares_of_no_change(out.recordings[k], out.initial_weights[k], options, out.scales,
                                           options.warm_up, out.recordings[k].steps));
  constexpr double silent = 1e-6;
  const double most = *std::max_element(changes.begin(), changes.end());
  out.eventful = static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [most](double c) { return c > silent * most; }));
  if (options.one_step) refuse_single_steps(training);
  out.easier = options.one_step                     ? RecordingsLoss::one_step
               : sums.has_changes() && all_recorded ? RecordingsLoss::integral
                                                    : RecordingsLoss::half;
  return out;
}

RecordingsData with_estimated_noise(RecordingsData data, double of_weights, double of_post) {
  for (LayerRecording& r : data.recordings) {
    if (of_weights > 0 && r.w_error.empty()) {
      r.w_error = constant_errors(r.w_seen, of_weights);
      data.options.estimated_noise_of_weights = of_weights;
    }
    if (of_post > 0 && r.post_error.empty() && !r.post.empty()) {
      r.post_error = constant_errors(r.post_seen, of_post);
      data.options.estimated_noise_of_post = of_post;
    }
  }
  data.scales = sums_of(data.recordings, data.named_for_test, data.options).scales();
  data.errors_are_missing = false;
  return data;
}

}  // namespace rule_search
