#include "objectives/recordings/resample.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../files.hpp"
#include "objectives/recordings/step_length.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

// One synapse, at these times.
LayerRecording at_times(const std::vector<double>& times) {
  LayerRecording r;
  r.name = "r";
  r.n = r.m = 1;
  r.timed = true;
  r.time = times;
  r.steps = static_cast<int>(times.size());
  for (int t = 0; t < r.steps; ++t) {
    r.pre.push_back(t + 1);
    r.w.push_back(10 * (t + 1));
    r.w_seen.push_back(1);
    r.post.push_back(100 * (t + 1));
    r.post_seen.push_back(1);
    r.target.push_back(-t);
    r.others["reward"].values.push_back(0.5 * t);
  }
  return r;
}

using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("at shorter steps inputs are held, and what is compared stands at recorded times") {
  const LayerRecording r = resampled(at_times({0, 0.003, 0.006}), 0.001);
  CHECK(r.steps == 7);
  CHECK(r.time[6] == doctest::Approx(0.006));
  CHECK(r.pre == Numbers{1, 1, 1, 2, 2, 2, 3});
  CHECK(r.target == Numbers{0, 0, 0, -1, -1, -1, -2});
  CHECK(r.others.at("reward").values == Numbers{0, 0, 0, 0.5, 0.5, 0.5, 1});
  CHECK(r.w == Numbers{10, 0, 0, 20, 0, 0, 30});
  CHECK(r.w_seen == std::vector<char>{1, 0, 0, 1, 0, 0, 1});
  CHECK(r.post_seen == r.w_seen);
  // 2.5 steps to a row: every second row falls on a step.
  const LayerRecording half = resampled(at_times({0, 0.0025, 0.005, 0.0075, 0.01}), 0.001);
  CHECK(half.w_seen == std::vector<char>{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
  CHECK(half.pre == Numbers{1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5});
}

TEST_CASE("a gap is filled, and a clock that is off by a little does not drift") {
  const LayerRecording gap = resampled(at_times({5, 6, 9, 10}), 1);
  CHECK(gap.pre == Numbers{1, 2, 2, 2, 3, 4});
  CHECK(gap.w_seen == std::vector<char>{1, 1, 0, 0, 1, 1});
  Numbers times;
  for (int t = 0; t < 400; ++t) times.push_back(std::round(1e4 * 0.01003 * t) / 1e4);  // 0.3 %, rounded
  const LayerRecording drifting = resampled(at_times(times), 0.001);
  CHECK(drifting.steps == 3991);
  int seen = 0;
  for (char s : drifting.w_seen) seen += s;
  CHECK(seen == 400);
  // Rows of the rule's length are left as they are.
  CHECK(resampled(at_times({0, 1.004, 2.008}), 1).time == Numbers{0, 1.004, 2.008});
}

TEST_CASE("at longer steps what a rule is given is a mean, and the weights are those of the first row") {
  LayerRecording five = at_times({0, 1, 2, 3, 4});
  five.post_seen[3] = 0;
  const LayerRecording r = resampled(five, 2);
  CHECK(r.pre == Numbers{1.5, 3.5, 5});
  CHECK(r.w == Numbers{10, 30, 50});
  CHECK(r.post == Numbers{150, 0, 500});
  CHECK(r.post_seen == std::vector<char>{1, 0, 1});
  CHECK(r.others.at("reward").values == Numbers{0.25, 1.25, 2});
  CHECK(r.time == Numbers{0, 2, 4});
}

TEST_CASE("what can't be resampled is refused") {
  const auto told = [](const LayerRecording& r, double step) { return error_of([&] { resampled(r, step); }); };
  CHECK_HAS(told(at_times({0, 1, 2}), 1.5), "is 1.5 of them, expected a whole number");
  CHECK_HAS(told(at_times({0, 1, 4, 5}), 2), "its times are uneven, 1 s and then 3 s");
  CHECK_HAS(told(at_times({0, 1}), 2), "its 2 rows are one step of 2 s, expected at least 2");
  CHECK_HAS(told(at_times({0, 1}), 1e-12), "numbers");
  LayerRecording other = at_times({0, 1, 2});
  other.timed = false;
  CHECK_HAS(told(other, 1), "it has no `time`");
  other = at_times({0, 1, 2, 3});
  other.choice = {0, 1, 0, 1};
  other.choice_seen = {1, 1, 1, 1};
  CHECK_HAS(told(other, 2), "several choices can't be made one");
  CHECK(resampled(other, 0.5).choice_seen == std::vector<char>{1, 0, 1, 0, 1, 0, 1});
}

TEST_CASE("a rule whose step is another than the rows is refused, and is found in what is resampled") {
  // Inputs that stay for four steps of 1 ms, noted every 4 ms.
  const double eta = 0.02;
  std::vector<LayerRecording> coarse;
  for (const LayerRecording& from : recordings(0, true, false)) {
    LayerRecording r = from;
    r.timed = true;
    std::vector<double> w(r.w.begin(), r.w.begin() + n * m);
    for (int t = 0; t < r.steps; ++t) {
      r.time[static_cast<std::size_t>(t)] = 0.004 * t;
      const double* const x = r.pre.data() + static_cast<std::ptrdiff_t>(t) * m;
      std::copy(w.begin(), w.end(), r.w.begin() + static_cast<std::ptrdiff_t>(t) * n * m);
      for (int step = 0; step < 4; ++step) {
        for (int i = 0; i < n; ++i) {
          double* const row = w.data() + static_cast<std::ptrdiff_t>(i) * m;
          double y = 0;
          for (int j = 0; j < m; ++j) y += row[j] * x[j];
          for (int j = 0; j < m; ++j) row[j] += eta * y * (x[j] - y * row[j]);
        }
      }
    }
    coarse.push_back(r);
  }
  const Rule rule = check_rule({"oja", "step 1 ms\nparam a = 0.02\ndw = a*(post*pre' - post.^2 .* w)"});
  const auto loss = [](const Rule& of, const std::vector<LayerRecording>& on) {
    return RecordingsObjective(on, {}, 1)
        .compile({plan::lower(of), {}, Precision::float64})
        ->run(Part::search, 1, {0.02})[0]
        .loss;
  };
  CHECK_HAS(error_of([&] { loss(rule, coarse); }),
            "recording 0: its rows are 0.004 s apart by its `time`, but a step of the rule is 0.001 s (`step 1 ms`)");
  // A rule that says nothing of its step is tried as it always was.
  const Rule silent = check_rule({"oja", "param a = 0.02\ndw = a*(post*pre' - post.^2 .* w)"});
  CHECK(loss(silent, coarse) > 1e-3);
  std::vector<LayerRecording> fine = coarse;
  const std::vector<std::string> done = resample(fine, rule.step);
  REQUIRE(done.size() == 1);
  CHECK_HAS(done[0], "resampled to steps of 1 ms: recording 0 and 11 more had rows 0.004 s apart, 4 steps each");
  CHECK(loss(rule, fine) < 1e-20);
  // Without times nothing is known.
  for (LayerRecording& r : coarse) r.timed = false;
  CHECK(loss(rule, coarse) > 1e-3);
}

TEST_CASE("times that look like milliseconds are told from other steps") {
  CHECK(std::string(looks_like(1, 0.001)) == "milliseconds");
  CHECK(std::string(looks_like(1000, 0.001)) == "microseconds");
  CHECK(looks_like(1.01, 0.001) == nullptr);
  CHECK(same_step(1, 1.009));
  CHECK_FALSE(same_step(1, 1.011));
}
