#include "objectives/recordings/hash.hpp"

#include <cstdint>

namespace rule_search {

void RecordingHash::add(const LayerRecording& r) {
  add(r.time);
  add_but_times(r);
}

void RecordingHash::add_but_times(const LayerRecording& r) {
  for (int size : {r.steps, r.n, r.m}) hash_.add(&size, sizeof size);
  for (const auto* values : {&r.pre, &r.post, &r.w, &r.target, &r.choice}) add(*values);
  for (const auto* seen : {&r.post_seen, &r.w_seen, &r.choice_seen}) hash_.add(seen->data(), seen->size());
  for (const auto& [series, values] : r.others) {
    hash_.add(series);
    hash_.add(values.values.data(), values.values.size() * sizeof(double));
  }
}

void RecordingHash::add_errors(const std::vector<double>& errors) {
  if (!errors.empty()) add(errors);
}

void RecordingHash::add(const std::vector<double>& values) {
  const std::uint64_t count = values.size();
  hash_.add(&count, sizeof count);
  hash_.add(values.data(), count * sizeof(double));
}

}  // namespace rule_search
