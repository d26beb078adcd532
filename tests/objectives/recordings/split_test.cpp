#include "objectives/recordings/split.hpp"

#include <doctest/doctest.h>

#include <set>

#include "../../files.hpp"
#include "objectives/recordings/compared.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

TEST_CASE("every recording is in one part, two at least in each, and the seed decides which") {
  for (std::size_t count : {6, 12, 41}) {
    CAPTURE(count);
    const RecordingSplit split = split_recordings(count, 1);
    std::set<std::size_t> all;
    for (const auto& part : split) {
      CHECK(part.size() >= 2);
      all.insert(part.begin(), part.end());
    }
    CHECK(all.size() == count);
    CHECK(*all.rbegin() == count - 1);
    CHECK(split[0].size() + split[1].size() + split[2].size() == count);
  }
  CHECK(split_recordings(41, 1)[0].size() == 16);
  CHECK(split_recordings(41, 1)[1].size() == 12);
  CHECK(split_recordings(41, 1) == split_recordings(41, 1));
  CHECK(split_recordings(41, 1) != split_recordings(41, 2));
}

TEST_CASE("units are the postsynaptic neurons that have something to explain, recording by recording") {
  std::vector<LayerRecording> all = recordings(0, false, true);
  const RecordingSplit split = split_recordings(all.size(), 1);
  LayerRecording& first = all[split[1][0]];
  for (std::size_t t = 0; t < static_cast<std::size_t>(first.steps); ++t) first.post_seen[t * n + 1] = 0;
  const auto units = units_of(all, split, {});
  CHECK(units[0].size() == n * split[0].size());
  REQUIRE(units[1].size() == n * split[1].size() - 1);
  CHECK(units[1][0].neuron == 0);
  CHECK(units[1][1].neuron == 2);
  CHECK(units[1][2].recording == 1);
}

TEST_CASE("the first half of a recording knows nothing of the second") {
  const LayerRecording whole = recordings(0, true, true)[0];
  const LayerRecording half = first_half(whole);
  const auto until = static_cast<std::size_t>(fitted_until(whole.steps));
  for (std::size_t k = 0; k < half.w_seen.size(); ++k) CHECK(half.w_seen[k] == (k < until * n * m));
  for (std::size_t k = 0; k < half.post_seen.size(); ++k) CHECK(half.post_seen[k] == (k < until * n));
  CHECK_HAS(error_of([&] { first_half(half); }), "but in the second half nothing was recorded");
}

TEST_CASE("losses compare what they say they do") {
  LayerRecording r = recordings(0, true, true)[0];
  RecordingsOptions fitted;
  fitted.fit_initial_weights = true;
  // 60 times, an activity and m weights at each; initial weights are given where they are not fitted.
  CHECK(residuals_of(r, 0, RecordingsLoss::simulation, {}, false) == 60 + 59 * m);
  CHECK(residuals_of(r, 0, RecordingsLoss::simulation, fitted, false) == 60 + 60 * m);
  CHECK(residuals_of(r, 0, RecordingsLoss::simulation, fitted, true) == 30 + 30 * m);
  CHECK(residuals_of(r, 0, RecordingsLoss::half, {}, false) == 30 + 29 * m);
  CHECK(residuals_of(r, 0, RecordingsLoss::integral, {}, false) == 59 * m);
  CHECK(fitted_initial_weights(r, {}).empty());
  r.w_seen[2] = 0;
  r.w_seen[2 + n * m] = 0;
  CHECK(fitted_initial_weights(r, {}) == std::vector<int>{2});
  CHECK(first_seen(r, 2) == 2 + 2 * n * m);
  CHECK_FALSE(all_weights_seen(r, 1));
  CHECK(all_weights_seen(r, 2));
}
