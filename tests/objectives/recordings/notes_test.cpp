#include "objectives/recordings/notes.hpp"

#include <doctest/doctest.h>

#include "../../files.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

std::vector<const LayerRecording*> pointers(const std::vector<LayerRecording>& all) {
  std::vector<const LayerRecording*> out;
  for (const LayerRecording& r : all) out.push_back(&r);
  return out;
}

std::string notes(const std::vector<LayerRecording>& all, const std::string& rule,
                  const RecordingsOptions& options = {}) {
  std::string out;
  for (const std::string& note : notes_on_recordings(pointers(all), options, plan::lower(check_rule({"r", rule}))))
    out += note + "\n";
  return out;
}

const char* const plain = "param a = 0\ndw = a * w";
const char* const with_state = "param a = 0\nstate c: pre = 0\nnext c = 0.9 * c + pre\ndw = a * post * c'";

}  // namespace

TEST_CASE("pieces of a long recording are told where a rule has states") {
  const LayerRecording whole = observed(1, 300, 0.02, 0, true, false);
  std::vector<LayerRecording> all;
  for (std::size_t k = 0; k < 5; ++k) {
    LayerRecording r = whole;
    r.name = "piece " + std::to_string(k);
    r.steps = 60;
    const auto cut = [&](auto& values, std::size_t width) {
      values.assign(values.begin() + static_cast<std::ptrdiff_t>(60 * k * width),
                    values.begin() + static_cast<std::ptrdiff_t>(60 * (k + 1) * width));
    };
    cut(r.time, 1);
    cut(r.pre, m);
    cut(r.w, n * m);
    cut(r.w_seen, n * m);
    all.push_back(r);
  }
  const char* const told = "piece 1 begins where piece 0 ends (and 3 more), but states of the rule begin anew";
  CHECK_HAS(notes(all, with_state), told);
  CHECK(notes(all, plain).empty());
  RecordingsOptions options;
  options.fit_initial_states = true;
  CHECK(notes(all, with_state, options).empty());
  CHECK_HAS(notes(all, plain, options), "no candidate has a state, so ‹fit-initial-states› only leaves rows out");
  options = {};
  options.warm_up = 5;
  CHECK(notes(all, with_state, options).empty());
  // Each in its own time, and so told by its weights, or not at all.
  std::vector<LayerRecording> anew = recordings(0, true, false);
  CHECK(notes(anew, with_state).empty());
  for (LayerRecording& r : all) {
    for (int t = 0; t < 60; ++t) r.time[static_cast<std::size_t>(t)] = t;
  }
  // Begins where it began, again and again.
  std::vector<LayerRecording> repeated(5, all[0]);
  CHECK(notes(repeated, with_state).empty());
  std::vector<LayerRecording> moving;
  for (std::size_t k = 0; k < 5; ++k) {
    LayerRecording r = all[0];
    r.name = "piece " + std::to_string(k);
    for (std::size_t i = 0; i < r.w.size(); ++i) r.w[i] = static_cast<double>(60 * k + i / (n * m));
    moving.push_back(r);
  }
  CHECK_HAS(notes(moving, with_state), told);
}
