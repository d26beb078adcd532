#include "objectives/recordings/notes.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>

#include "../../files.hpp"
#include "base/statistics.hpp"
#include "objectives/recordings/bounds.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/missing_codes.hpp"
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

// One recording of the first column of inputs.
LayerRecording with_inputs(const std::function<double(int)>& value) {
  LayerRecording r = observed(1, 60, 0.05, 0, true, true);
  for (int t = 0; t < r.steps; ++t) r.pre[static_cast<std::size_t>(t * m)] = value(t);
  return r;
}

std::string refused(const LayerRecording& r) {
  return error_of([&] { refuse_missing_codes(r); });
}

const char* const plain = "param a = 0\ndw = a * w";
const char* const with_state = "param a = 0\nstate c: pre = 0\nnext c = 0.9 * c + pre\ndw = a * post * c'";

}  // namespace

TEST_CASE("numbers that stand for not recorded are refused, with column, row and how many") {
  for (const double code : {-999.0, -9999.0, -99999.0, 9999.0, 1e20, -1e30}) {
    LayerRecording r = observed(1, 60, 0.05, 0, true, true);
    for (const std::size_t t : {4, 7, 30}) r.w[t * n * m + m + 1] = code;
    CAPTURE(code);
    CHECK_HAS(refused(r), "recording 1: column w[2][2] is " + fmt::format("{:g}", code) +
                              " in 3 of 60 rows, the first is row 5, and from ");
    CHECK_HAS(refused(r), "hint: leave these cells of a .csv file empty; of arrays, w_seen is 0 there");
    // Where nothing was recorded a file may say so in any way.
    for (const std::size_t t : {4, 7, 30}) r.w_seen[t * n * m + m + 1] = 0;
    CHECK(refused(r).empty());
  }
  CHECK_HAS(refused(with_inputs([](int t) { return t == 59 ? -999 : std::sin(t); })),
            "column pre[1] is -999 in 1 of 60 rows, the first is row 60");
  CHECK_HAS(refused(with_inputs([](int t) { return t == 59 ? -999 : 40.0 * (t % 40); })), "hint: a rule needs pre");
  CHECK_HAS(refused(with_inputs([](int) { return -9999; })), "column pre[1] is -9999 in 60 of 60 rows");
  LayerRecording r = observed(1, 60, 0.05, 0, true, true);
  r.others["reward"].values.assign(60, 0.5);
  r.others["reward"].values[9] = -999;
  CHECK(refused(r).empty());  // no rule may ask for it
  CHECK_HAS(error_of([&] { refuse_missing_codes(r, "reward"); }), "column reward is -999 in 1 of 60 rows");
  const plan::Plan asks = plan::lower(check_rule({"r", "param a = 0\nsignal reward\ndw = a * reward * w"}));
  CHECK_HAS(error_of([&] { refuse_what_was_not_recorded(asks, r); }), "column reward is -999");
  std::vector<LayerRecording> all = recordings(0, true, false);
  all[4].pre[17] = -999;
  CHECK_HAS(error_of([&] { RecordingsObjective(all, {}, 1); }), "recording 4: column pre[3] is -999 in 1 of 60 rows");
}

TEST_CASE("a signal under a usual word for what was not recorded is told") {
  LayerRecording r = observed(1, 30, 0.05, 0, true, false);
  r.others["y1"] = {1, std::vector<double>(30, 0.5)};
  CHECK_HAS(notes({r}, plain), "recorded, but in no candidate: y1\n  hint: did you mean post by y1?");
  r.post.assign(30 * n, 0.5);
  r.post_seen.assign(30 * n, 1);
  CHECK(notes({r}, plain) == "recorded, but in no candidate: y1\n");
  std::vector<LayerRecording> all = recordings(0, false, false);
  for (LayerRecording& each : all) each.others["activity"] = {n, std::vector<double>(60 * n, 0.5)};
  CHECK_HAS(error_of([&] { RecordingsObjective(all, {}, 1); }),
            "nothing to explain\n  hint: did you mean post by activity? w columns");
}

TEST_CASE("numbers that only look like codes pass") {
  CHECK(refused(with_inputs([](int t) { return t % 3; })).empty());                      // counts
  CHECK(refused(with_inputs([](int t) { return t % 7 == 0; })).empty());                 // a flag
  CHECK(refused(with_inputs([](int) { return 9999; })).empty());                         // a constant
  CHECK(refused(with_inputs([](int) { return 0; })).empty());                            // a dead input
  CHECK(refused(with_inputs([](int t) { return 300.0 * t - 9000 - 399; })).empty());     // -9999 among -9399 to 8301
  CHECK(refused(with_inputs([](int t) { return t == 5 ? 9999 : 150.0 * t; })).empty());  // a count among counts
  CHECK(refused(with_inputs([](int t) { return t == 5 ? -999 : 100.0 * (t - 30); })).empty());
  CHECK(refused(with_inputs([](int t) { return t == 5 ? 1e6 : std::sin(t); })).empty());
}

TEST_CASE("a number that is there often, and far from all others, is told") {
  const auto told = [](const std::function<double(int)>& value) {
    return notes({with_inputs([](int t) { return std::sin(t); }), with_inputs(value)}, plain);
  };
  CHECK_HAS(told([](int t) { return t % 20 == 3 ? 32767 : std::sin(t); }),
            "recording 1: column pre[1] is exactly 32767 in 3 rows, the first is row 4, and from -1 to 0.9");
  CHECK(told([](int t) { return t == 3 ? 32767 : std::sin(t); }).empty());    // once: an artefact
  CHECK(told([](int t) { return t % 20 == 3; }).empty());                     // spikes
  CHECK(told([](int t) { return t % 20 == 3 ? 3000 : t % 4; }).empty());      // counts
  CHECK(told([](int) { return 7; }).empty());                                 // a constant
  CHECK(told([](int t) { return t % 20 == 3 ? 20 : std::sin(t); }).empty());  // pulses over a background
}

TEST_CASE("copies that differ in the last digits are refused, and repeated protocols pass") {
  std::vector<LayerRecording> all = recordings(0.01, true, true);
  all[7] = all[2];
  all[7].name = "a copy";
  for (auto* values : {&all[7].w, &all[7].post, &all[7].pre}) {
    for (double& x : *values) x = std::stod(fmt::format("{:.6g}", x));
  }
  CHECK_HAS(error_of([&] { RecordingsObjective(all, {}, 1); }),
            "a copy: holds the same as recording 2 but for the last digits");
  // The same inputs and the same rule, but other noise.
  for (double& x : all[7].w) x += 1e-3;
  CHECK_NOTHROW(RecordingsObjective(all, {}, 1));
  // One choice is another.
  std::vector<LayerRecording> chosen = choosers(0.1, 0, false);
  chosen[5] = chosen[2];
  chosen[5].choice[100] = 1 - chosen[5].choice[100];
  CHECK_NOTHROW(RecordingsObjective(chosen, sigmoid(), 1));
}

TEST_CASE("rows that are there twice are told") {
  const LayerRecording r = observed(1, 30, 0.05, 0, true, true);
  LayerRecording twice = r;
  const auto doubled = [](auto& values, std::size_t width) {
    auto out = values;
    out.clear();
    for (std::size_t k = 0; k < values.size(); k += width) {
      for (int copy = 0; copy < 2; ++copy)
        out.insert(out.end(), values.begin() + static_cast<std::ptrdiff_t>(k),
                   values.begin() + static_cast<std::ptrdiff_t>(k + width));
    }
    values = out;
  };
  doubled(twice.pre, m);
  doubled(twice.post, n);
  doubled(twice.post_seen, n);
  doubled(twice.w, n * m);
  doubled(twice.w_seen, n * m);
  twice.steps = 60;
  twice.time.clear();
  for (int t = 0; t < 60; ++t) twice.time.push_back(t);
  CHECK(has_rows_twice(twice));
  CHECK_HAS(notes({r, twice, twice}, plain), "recording 1 (and 1 more): every row is there twice");
  CHECK(!has_rows_twice(r));
  LayerRecording once = twice;
  once.w[41 * n * m] += 0.1;
  CHECK(!has_rows_twice(once));
  LayerRecording constant = r;
  std::fill(constant.pre.begin(), constant.pre.end(), 1);
  std::fill(constant.w.begin(), constant.w.end(), 1);
  std::fill(constant.post.begin(), constant.post.end(), 1);
  CHECK(!has_rows_twice(constant));
}

TEST_CASE("weights that stay at a bound are told, and others are not") {
  const auto share = [](const std::vector<LayerRecording>& all) {
    const auto found = weights_at_bounds(pointers(all), {});
    return found ? found->text() : "";
  };
  const std::vector<LayerRecording> free = recordings(0, true, false);
  CHECK(share(free).empty());
  std::vector<LayerRecording> bounded = free;
  for (LayerRecording& r : bounded) {
    for (double& x : r.w) x = std::min(std::max(x, -0.3), 0.4);
  }
  CHECK_HAS(share(bounded), " % of the recorded weights are exactly 0.4 (the largest) and ");
  CHECK_HAS(share(bounded), " % exactly -0.3 (the smallest)");
  CHECK_HAS(
      notes(bounded, plain),
      "(the smallest): are they bounded?\n  hint: the statement `bound w in [-0.3, 0.4]` in the rule holds them there");
  CHECK(notes(bounded, "param a = 0\nbound w in [-0.3, 0.4]\ndw = a * post * pre'").empty());
  CHECK(notes(bounded, "param a = 0\nlet v = w + a * post * pre'\ndw = relu(v) - w").empty());
  CHECK_HAS(RecordingsObjective(bounded, {}, 1).describe().details, "weights_at_bounds");
  // One synapse at a bound is no bound, constant synapses are none, and neither are weights that begin alike.
  std::vector<LayerRecording> one = free;
  for (std::size_t k = 0; k < one[3].w.size(); k += n * m) one[3].w[k] = k < 5 * n * m ? 1 : 9;
  std::vector<LayerRecording> constant = free;
  for (LayerRecording& r : constant) {
    for (std::size_t k = 0; k < r.w.size(); k += n * m) r.w[k] = 9;
  }
  std::vector<LayerRecording> waiting = free;
  for (LayerRecording& r : waiting) {
    for (std::size_t k = 0; k < r.w.size(); ++k) r.w[k] = k < 20 * n * m ? -9 : r.w[k];
  }
  // Few digits make many weights equal.
  std::vector<LayerRecording> rough = free;
  for (LayerRecording& r : rough) {
    for (double& x : r.w) x = std::round(2 * std::sin(9 * x));
  }
  for (const auto& all : {one, constant, waiting, rough}) CHECK(share(all).empty());
}

TEST_CASE("the hint on bounds holds weights at bounds of either sign and side") {
  using Bounds = std::pair<double, double>;
  for (const auto& [low, high] : {Bounds{0, 1}, {-3, 0}, {-0.3, 0.4}, {0.2, 0.7}, {-0.7, -0.2}}) {
    for (const bool has_low : {false, true}) {
      for (const bool has_high : {false, true}) {
        if (!has_low && !has_high) continue;
        const WeightsAtBounds at{high, low, has_high ? 0.1 : 0, has_low ? 0.1 : 0};
        CAPTURE(at.statement());
        // Steps by the input, which take the weight beyond both bounds.
        const std::string rule = "param a = 1\n" + at.statement() + "\ndw = a * ones_post * pre'";
        LayerRecording r = observed(1, 40, 0, 0, true, false);
        for (std::size_t t = 0; t < 40; ++t) {
          for (std::size_t k = 0; k < n * m; ++k) {
            double v = 0.1 * static_cast<double>(k);
            if (t > 0) v = r.w[(t - 1) * n * m + k] + r.pre[(t - 1) * m + k % m];
            if (t > 0 && has_low) v = std::max(v, low);
            if (t > 0 && has_high) v = std::min(v, high);
            r.w[t * n * m + k] = v;
          }
        }
        std::vector<LayerRecording> all(3, r);
        for (std::size_t k = 0; k < 3; ++k)
          all[k].pre[39 * m] = static_cast<double>(k);  // after which nothing is recorded
        const RecordingsObjective objective(all, {}, 1);
        const auto outcome = objective.compile({plan::lower(check_rule({"r", rule})), {}, Precision::float64})
                                 ->run(Part::search, 1, {1});
        for (const double x : outcome[0].residuals) CHECK(std::abs(x) < 1e-9);
      }
    }
  }
}

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

TEST_CASE("few recordings are told before they are used, with how many would do") {
  CHECK_FALSE(too_few_to_tell(8));
  const std::optional<std::string> three = too_few_to_tell(3);
  REQUIRE(three);
  CHECK_HAS(*three, "3 recordings can hardly tell rules of two terms apart");
  CHECK_HAS(*three, "with 12 recordings");
  // Of samples as small as that four of five tell a mean of this size from 0.
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {4U, 6U, 12U}) {
    CAPTURE(n);
    int told = 0;
    for (int sample = 0; sample < 4000; ++sample) {
      std::vector<double> values;
      for (std::size_t k = 0; k < n; ++k) values.push_back(detectable(n, 2) + normal(random));
      const Estimate e = estimate(values);
      told += e.mean > t_quantile(1 - 0.05 / 2, static_cast<double>(n) - 1) * e.standard_error;
    }
    CHECK(told > 0.72 * 4000);
    CHECK(told < 0.85 * 4000);
  }
}
