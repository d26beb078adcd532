#include "objectives/recordings/split.hpp"

#include <doctest/doctest.h>

#include <set>

#include "../../files.hpp"
#include "objectives/recordings/compared.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

TEST_CASE(
    "every recording is in one part, three of ten are kept apart where there are enough, and the seed decides which") {
  const auto all_of = [](const RecordingSplit& split) {
    std::set<std::size_t> all;
    for (const auto& part : split) all.insert(part.begin(), part.end());
    return all;
  };
  for (std::size_t count : {3, 11, 12, 41}) {
    CAPTURE(count);
    const RecordingSplit split = split_recordings(count, 0, count >= enough_to_keep_apart, 1);
    CHECK(split[1].empty());
    CHECK(split[2].size() == (count < 12 ? 0 : count == 12 ? 4 : 12));
    CHECK(split[0].size() + split[2].size() == count);
    CHECK(all_of(split).size() == count);
  }
  CHECK(split_recordings(41, 0, true, 1) == split_recordings(41, 0, true, 1));
  CHECK(split_recordings(41, 0, true, 1) != split_recordings(41, 0, true, 2));
  // Those that are named are the test, and no others.
  const RecordingSplit named = split_recordings(41, 2, true, 1);
  CHECK(named[2] == std::vector<std::size_t>{0, 1});
  CHECK(named[0].size() == 39);
  CHECK(all_of(named).size() == 41);
}

TEST_CASE("every recording that is searched on is in one fold, and folds are of one size to one") {
  const RecordingSplit whole = split_recordings(17, 2, true, 1);
  std::set<std::size_t> seen;
  for (std::size_t f = 0; f < 4; ++f) {
    std::vector<std::size_t> places;
    const RecordingSplit fold = fold_of(whole, f, 4, places);
    CHECK(fold[1].size() >= 3);
    CHECK(fold[1].size() <= 4);
    CHECK(fold[0].size() + fold[1].size() == 15);
    CHECK(fold[2].empty());
    for (std::size_t k = 0; k < places.size(); ++k) CHECK(fold[1][k] == whole[0][places[k]]);
    for (std::size_t number : fold[1]) CHECK(seen.insert(number).second);
  }
  CHECK(seen.size() == 15);
}

TEST_CASE("the first half of a recording knows nothing of the second") {
  const LayerRecording whole = recordings(0, true, true)[0];
  const LayerRecording half = first_half(whole, {});
  const auto until = static_cast<std::size_t>(fitted_until(whole.steps, {}));
  for (std::size_t k = 0; k < half.w_seen.size(); ++k) CHECK(half.w_seen[k] == (k < until * n * m));
  for (std::size_t k = 0; k < half.post_seen.size(); ++k) CHECK(half.post_seen[k] == (k < until * n));
  CHECK_HAS(error_of([&] { first_half(half, {}); }), "but in the second half nothing was recorded");
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
