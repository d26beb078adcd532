#include "objectives/recordings/checks.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../files.hpp"
#include "recorded.hpp"

using namespace rule_search;
using namespace rule_search::test;

TEST_CASE("weights that were seen once have a size, and recordings that nobody could judge by are refused") {
  // Activities at every time and a probe of the weights at the end.
  std::vector<LayerRecording> probed = without_initial(0.01, false, true);
  const std::vector<LayerRecording> known = recordings(0, true, false);
  for (std::size_t k = 0; k < probed.size(); ++k) {
    for (std::size_t s = 59 * n * m; s < 60 * n * m; ++s) {
      probed[k].w[s] = known[k].w[s];
      probed[k].w_seen[s] = 1;
    }
  }
  const RecordingsObjective objective(probed, {}, 1);
  CHECK(objective.weight_scale() > 0.1);
  CHECK(objective.answers(Part::search, 0) == (60 + m) * n);
  // No first weight knows of the second half of a held-out recording.
  const plan::Plan still = plan::lower(check_rule({"still", "param a = 0\ndw = a * w"}));
  const auto foretold = [&](const RecordingsObjective& o) {
    return o.compile({still, {}, Precision::float64})->run(Part::test, 1, {0})[0].residuals;
  };
  CHECK(std::abs(foretold(objective).back()) > 1e-3);
  // Recordings with activities alone, and one with weights as well that is to report on.
  std::vector<LayerRecording> mixed = without_initial(0.01, false, true);
  mixed.pop_back();
  CHECK_HAS(error_of([&] { RecordingsObjective(mixed, {}, 1, {probed.back()}); }),
            "recording 11: has weights, which no recording to search on has");
  // Nothing to be judged by.
  for (bool early : {false, true}) {
    std::vector<LayerRecording> half = without_initial(0.01, false, true);
    for (LayerRecording& r : half) {
      for (std::size_t k = 0; k < r.post_seen.size(); ++k) {
        if ((k < 30 * n) != early) r.post_seen[k] = 0;
      }
    }
    CHECK_HAS(error_of([&] { RecordingsObjective(half, {}, 1); }),
              early ? "but in the second half nothing was recorded" : "but in the first half nothing was recorded");
  }
  std::vector<LayerRecording> large = without_initial(0.01, false, true);
  for (LayerRecording& r : large) {
    r.m = 5000;
    r.pre.assign(static_cast<std::size_t>(r.steps * r.m), 0.5);
    r.w.assign(static_cast<std::size_t>(r.steps * r.n * r.m), 0);
    r.w_seen.assign(r.w.size(), 0);
  }
  CHECK_HAS(error_of([&] { RecordingsObjective(large, {}, 1); }),
            "15000 initial weights were not recorded; to fit them takes");
}

TEST_CASE("recordings that hold the same can't judge each other") {
  std::vector<LayerRecording> twice = recordings(0, true, false);
  twice[5] = twice[2];
  twice[5].name = "a copy";
  for (double& t : twice[5].time) t += 100;  // no rule knows of it
  CHECK_HAS(error_of([&] { RecordingsObjective(twice, {}, 1); }), "a copy: holds the same as recording 2");
}

TEST_CASE("what can't be searched on is refused") {
  std::vector<LayerRecording> few = recordings(0, true, false);
  few.resize(2);
  CHECK_HAS(error_of([&] { RecordingsObjective(few, {}, 1); }), "at least 3 recordings to search on");
  std::vector<LayerRecording> other = recordings(0, true, false);
  other[3].m = 4;
  CHECK_HAS(error_of([&] { RecordingsObjective(other, {}, 1); }),
            "recording 3: has 4 presynaptic and 3 postsynaptic neurons");
  CHECK_HAS(error_of([&] { RecordingsObjective(recordings(0, false, false), {}, 1); }), "nothing to explain");
  std::vector<LayerRecording> still;
  for (int k = 0; k < 6; ++k) still.push_back(observed(k, 10, 0, 0, true, false));
  CHECK_HAS(error_of([&] { RecordingsObjective(still, {}, 1); }), "the weights never change");
}

TEST_CASE("every check names the recording, and says nothing where a search can be made") {
  const std::vector<LayerRecording> all = recordings(0, true, true);
  CHECK(error_of([&] { refuse_unequal(all); }) == "");
  CHECK(error_of([&] { refuse_the_same_twice(all); }) == "");
  std::vector<LayerRecording> other = all;
  other[2].target.assign(static_cast<std::size_t>(other[2].steps * n), 0);
  CHECK_HAS(error_of([&] { refuse_unequal(other); }), "recording 2: has a target, recording 0 has none");

  RecordingsOptions options;
  CHECK_HAS(error_of([&] { refuse_choices_without_probability(options, {.choice = 0.8}); }),
            "the activation is linear");
  CHECK(error_of([&] { refuse_choices_without_probability(sigmoid(), {.choice = 0.8}); }) == "");
  CHECK_HAS(error_of([&] { refuse_what_has_no_scale(all[1], options, {.weights = 1}); }),
            "recording 1: has activities, which no recording to search on has");
  CHECK(error_of([&] { refuse_what_has_no_scale(all[1], options, {.weights = 1, .post = 1}); }) == "");
  CHECK(error_of([&] { refuse_single_steps({&all[0]}); }) == "");
  const LayerRecording activities = recordings(0, false, true)[0];
  CHECK_HAS(error_of([&] { refuse_single_steps({&activities}); }), "no step can start from recorded weights");
  CHECK(error_of([&] { refuse_single_steps({&activities, &all[0]}); }) == "");
}

TEST_CASE("steps that are a unit of time apart are told as one") {
  const auto message = [](double first, double other) {
    std::vector<LayerRecording> all = recordings(0, true, false);
    for (LayerRecording& r : all) {
      for (double& t : r.time) t *= &r == &all[2] ? other : first;
    }
    return error_of([&] { refuse_other_steps(all); });
  };
  CHECK(message(1, 1.001) == "");
  CHECK_HAS(message(1e-3, 1), "that of recording 2 looks like milliseconds: divide it by 1000; where steps do differ");
  CHECK_HAS(message(1, 1e-3), "that of recording 0 looks like milliseconds: divide it by 1000");
  CHECK_HAS(message(2e-4, 2e2), "that of recording 2 looks like microseconds: divide it by 1000000");
  CHECK_HAS(message(3, 0.05), "that of recording 2 looks like minutes: multiply it by 60");
  CHECK_HAS(message(0.05, 3), "that of recording 0 looks like minutes: multiply it by 60");
  for (const double other : {1010.0, 50.0, 2.0})
    CHECK_HAS(message(1, other), "hint: ‹resample› brings all to the step of the rule; or search on");
}

TEST_CASE("a rule that asks for what was not recorded is refused before it is fitted") {
  const LayerRecording r = choosers(0.1, 0, false)[0];
  const auto message = [&](const std::string& text) {
    return error_of([&] { refuse_what_was_not_recorded(plan::lower(check_rule({"asks", text})), r); });
  };
  CHECK(message("signal reward\nparam a = 0\ndw = a * reward * ones_post * pre'") == "");
  CHECK(message("signal choice: post\nparam a = 0\ndw = a * choice * pre'") == "");
  CHECK_HAS(
      message("signal dopamine\nparam a = 0\ndw = a * dopamine * ones_post * pre'"),
      "chooser 0: the rule asks for dopamine, which was not recorded\n  hint: a column dopamine; signals are reward");
  CHECK_HAS(message("signal reward: pre\nparam a = 0\ndw = a * ones_post * reward'"),
            "the rule asks for 2 numbers of reward at a time, found 1");
  CHECK_HAS(message("param a = 0\ndw = a * err_post * pre'"), "the rule asks for err_post");
}
