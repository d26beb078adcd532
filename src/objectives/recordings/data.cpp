#include "objectives/recordings/data.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/contradictions.hpp"
#include "objectives/recordings/known_weights.hpp"

namespace rule_search {

RecordingsData prepared(std::vector<LayerRecording> recordings, const RecordingsOptions& options, std::uint64_t seed) {
  RecordingsData out;
  out.recordings = std::move(recordings);
  out.options = options;
  refuse_unequal(out.recordings);
  refuse_other_steps(out.recordings);
  out.split = split_recordings(out.recordings.size(), seed);

  std::vector<const LayerRecording*> training;
  RecordedSums sums;
  for (std::size_t k : out.split[static_cast<std::size_t>(Part::search)]) {
    training.push_back(&out.recordings[k]);
    sums.add(out.recordings[k], options);
  }
  out.scales = sums.scales();
  refuse_the_same_twice(out.recordings);
  refuse_choices_without_probability(options, out.scales);
  refuse_contradictions(out.recordings, options);

  bool all_recorded = true;
  for (const LayerRecording& r : out.recordings) {
    refuse_what_has_no_scale(r, options, out.scales);
    refuse_too_many_initial_weights(r, options);
    const bool held_out = std::find(training.begin(), training.end(), &r) == training.end();
    // Initial weights of a held-out recording must not know of the half by which a rule is judged.
    const bool half = held_out && !fitted_initial_weights(r, options).empty();
    out.initial_weights.push_back(known_initial_weights(half ? first_half(r) : r, options, out.scales));
    all_recorded = all_recorded && all_weights_seen(r, 0);
  }
  out.units = units_of(out.recordings, out.split, options);
  if (options.one_step) refuse_single_steps(training);
  out.easier = options.one_step                     ? RecordingsLoss::one_step
               : sums.has_changes() && all_recorded ? RecordingsLoss::integral
                                                    : RecordingsLoss::half;
  return out;
}

}  // namespace rule_search
