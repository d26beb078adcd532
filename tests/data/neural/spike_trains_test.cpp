#include "data/neural/spike_trains.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/files.hpp"

using namespace rule_search;

namespace {

// Sampled every 10 ms from `from` to `to`: a position that moves with 3 and -2 a second.
void sample(SpikeTrains& t, double from, double to) {
  for (int k = 0; from + 0.01 * k <= to + 1e-9; ++k) {
    const double time = from + 0.01 * k;
    t.time.push_back(time);
    t.samples.push_back(3 * time);
    t.samples.push_back(1 - 2 * time);
  }
}

SpikeTrains moving() {
  SpikeTrains t;
  t.behaviour = "cursor_pos";
  t.width = 2;
  t.position = true;
  t.units = {{0.001, 0.005, 0.0199, 0.02, 0.095}, {}};
  sample(t, 0, 0.1);
  return t;
}

}  // namespace

TEST_CASE(
    "spikes are counted from the beginning of a bin to before its end, and of a position the velocity is the target") {
  const NeuralRecording r = binned(moving(), "r", 0.02, 0);
  REQUIRE(r.bins() == 5);
  CHECK(r.counts == std::vector<double>{3, 0, 1, 0, 0, 0, 0, 0, 1, 0});
  for (std::size_t k = 0; k < r.bins(); ++k) {
    CHECK(r.target[2 * k] == doctest::Approx(3));
    CHECK(r.target[2 * k + 1] == doctest::Approx(-2));
  }
}

TEST_CASE("what is no position is the mean of its samples") {
  SpikeTrains t = moving();
  t.position = false;
  const NeuralRecording r = binned(t, "r", 0.02, 0);
  CHECK(r.target[0] == doctest::Approx(3 * 0.005));  // samples at 0 and 10 ms
  CHECK(r.target[2] == doctest::Approx(3 * 0.025));
}

TEST_CASE("a pause of hours costs nothing, and bins go on where they were") {
  SpikeTrains t = moving();
  sample(t, 1e6 + 0.003, 1e6 + 0.113);
  t.units[0].push_back(1e6 + 0.05);
  const NeuralRecording r = binned(t, "r", 0.02, 0);
  REQUIRE(r.bins() == 5 + 4);
  CHECK(r.time[5] == doctest::Approx(1e6 + 0.02));
  CHECK(r.counts[2 * 6] == 1);  // from 40 to 60 ms
  for (std::size_t k = 0; k < r.bins(); ++k) CHECK(r.target[2 * k] == doctest::Approx(3).epsilon(1e-6));
}

TEST_CASE("samples that were not seen leave their bins out") {
  SpikeTrains t = moving();
  t.samples[2 * 4] = std::numeric_limits<double>::quiet_NaN();  // at 40 ms, an edge of two bins
  const NeuralRecording r = binned(t, "r", 0.02, 0);
  CHECK(r.time.size() == 3);
  CHECK(r.time[1] == doctest::Approx(0.06));
}

TEST_CASE("spikes and behaviour by other clocks") {
  SpikeTrains t = moving();
  t.units = {{500, 501}, {502}};
  CHECK(test::error_of([&] { binned(t, "r.nwb", 0.02, 0); }) ==
        "r.nwb: no spike falls into the time of cursor_pos: the behaviour is from 0 to 0.1 s, spikes are from 500 to "
        "502 s\n"
        "  hint: both must be in seconds of one clock");
}
