#include "objectives/recordings/scales.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../files.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

// One synapse at three times; 0 where nothing was recorded.
LayerRecording synapse(std::vector<double> w, std::vector<char> seen) {
  LayerRecording r;
  r.steps = 3;
  r.n = r.m = 1;
  r.pre = {2, 2, 2};
  r.w = std::move(w);
  r.w_seen = std::move(seen);
  return r;
}

RecordedSums sums_of(const LayerRecording& r) {
  RecordedSums out;
  out.add(r, {});
  return out;
}

}  // namespace

TEST_CASE("the scale of weights is their root mean square change since they were first seen") {
  CHECK(sums_of(synapse({1, 2, 4}, {1, 1, 1})).scales().weights == doctest::Approx(std::sqrt((1.0 + 9.0) / 2)));
  // First seen later: the change since then.
  const RecordedSums late = sums_of(synapse({0, 2, 4}, {0, 1, 1}));
  CHECK(late.scales().weights == doctest::Approx(2));
  CHECK(late.has_changes());
  // Seen once: none is known to have changed, and its size is the scale.
  const RecordedSums once = sums_of(synapse({0, 0, 3}, {0, 0, 1}));
  CHECK(once.scales().weights == doctest::Approx(3));
  CHECK_FALSE(once.has_changes());
}

TEST_CASE("activities count from their mean in their standard deviation, choices in the root of their entropy") {
  LayerRecording r = synapse({0, 0, 0}, {0, 0, 0});
  r.post = {1, 3, 100};
  r.post_seen = {1, 1, 0};
  r.choice = {1, 0, 1};
  r.choice_seen = {1, 1, 1};
  const ResidualScales s = sums_of(r).scales();
  CHECK(s.weights == 0);
  CHECK(s.post_mean == doctest::Approx(2));
  CHECK(s.post == doctest::Approx(1));
  const double entropy = -(2 * std::log(2.0 / 3) + std::log(1.0 / 3)) / 3;
  CHECK(s.choice * s.choice == doctest::Approx(entropy));
  CHECK(cross_entropy(0.25, true) == doctest::Approx(std::log(4)));
  CHECK(cross_entropy(0.25, false) == doctest::Approx(-std::log(0.75)));
  CHECK(std::isfinite(cross_entropy(0, true)));
  CHECK(response_to_weights(r, {.post = 4}) == doctest::Approx(0.5));
}

TEST_CASE("what never changes can't be explained") {
  CHECK_HAS(error_of([] { sums_of(synapse({1, 0, 0}, {1, 0, 0})).scales(); }), "there is nothing to explain");
  CHECK_HAS(error_of([] { sums_of(synapse({1, 1, 1}, {1, 1, 1})).scales(); }), "the weights never change");
  LayerRecording r = synapse({0, 0, 0}, {0, 0, 0});
  r.choice = {1, 1, 1};
  r.choice_seen = {1, 1, 1};
  CHECK_HAS(error_of([&] { sums_of(r).scales(); }), "choices never change");
}
