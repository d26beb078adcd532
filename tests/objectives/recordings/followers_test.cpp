#include "objectives/recordings/followers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace rule_search;

namespace {

// Weights that go to and fro. Each recording has times of its own; pieces go on where the one before them ended.
struct Wanderers {
  int recordings = 12, synapses = 6, steps = 40;
  double pull = 0.02;
  double gaps = 0;
  bool pieces = false;
  double spread = 0.3;  // of initial weights
  double all_begin_near = 0;
};

std::vector<LayerRecording> wander(const Wanderers& how, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<LayerRecording> out(static_cast<std::size_t>(how.recordings));
  std::vector<double> w(static_cast<std::size_t>(how.synapses));
  for (LayerRecording& r : out) {
    r.name = "piece " + std::to_string(&r - out.data());
    r.n = 1;
    r.m = how.synapses;
    r.steps = how.steps;
    if (&r == out.data() || !how.pieces) {
      for (double& x : w) x = how.all_begin_near + how.spread * normal(random);
    }
    for (int t = 0; t < how.steps; ++t) {
      r.time.push_back(t);
      for (double& x : w) {
        const bool seen = uniform(random) >= how.gaps;
        r.w_seen.push_back(seen);
        r.w.push_back(seen ? x : 0);
        x += 0.05 * normal(random) - how.pull * (x - how.all_begin_near);
      }
    }
  }
  return out;
}

std::vector<Follower> told(const std::vector<LayerRecording>& all) {
  std::vector<const LayerRecording*> pointers;
  for (const LayerRecording& r : all) pointers.push_back(&r);
  return followers(pointers);
}

}  // namespace

TEST_CASE("pieces of weights that go to and fro follow each other by their weights") {
  for (const double gaps : {0.0, 0.3}) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
      CAPTURE(gaps);
      CAPTURE(seed);
      std::vector<LayerRecording> pieces = wander({.gaps = gaps, .pieces = true}, seed);
      const std::vector<Follower> found = told(pieces);
      REQUIRE(found.size() >= 9);
      const auto right =
          std::count_if(found.begin(), found.end(), [](const Follower& f) { return f.second == f.first + 1; });
      CHECK(right + 1 >= std::ssize(found));
      // In any order.
      std::shuffle(pieces.begin(), pieces.end(), std::mt19937(seed));
      CHECK(told(pieces).size() == found.size());
    }
  }
}

TEST_CASE("recordings of their own are seldom taken for pieces") {
  int wrong = 0;
  int all = 0;
  const auto look = [&](Wanderers how) {
    for (const int recordings : {3, 5, 12}) {
      for (const int synapses : {1, 2, 6}) {
        for (unsigned seed = 1; seed <= 20; ++seed, ++all) {
          how.recordings = recordings;
          how.synapses = synapses;
          wrong += !told(wander(how, 100 * seed + static_cast<unsigned>(recordings))).empty();
        }
      }
    }
  };
  look({});                                         // as far from each other as they go
  look({.pull = 0, .spread = 1});                   // farther
  look({.spread = 0});                              // all begin at 0
  look({.spread = 0, .all_begin_near = 0.5});       // all begin alike
  look({.spread = 0.02, .all_begin_near = 0.5});    // nearly
  look({.pull = 0.3, .gaps = 0.3, .spread = 0.3});  // all end at the same weights
  CHECK(all == 1080);
  CHECK(wrong < 11);
  MESSAGE("taken for pieces: ", wrong, " of ", all);
}

TEST_CASE("a circle is no long recording, and neither are weights that never change") {
  std::vector<LayerRecording> ring = wander({.recordings = 6, .pieces = true}, 3);
  // The last one goes back to where the first began.
  const std::size_t last = ring[5].w.size() - 6;
  for (std::size_t s = 0; s < 6; ++s) ring[5].w[last + s] = ring[0].w[s];
  CHECK(told(ring).empty());
  std::vector<LayerRecording> still = wander({.recordings = 6}, 3);
  for (LayerRecording& r : still) std::fill(r.w.begin(), r.w.end(), 0.5);
  CHECK(told(still).empty());
}
