#include "objectives/decoding/recorded.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "objectives/decoding/objective.hpp"
#include "tests/files.hpp"

using namespace rule_search;

namespace {

// Counts say which bin it was; the target rises from bin to bin.
NeuralRecording counting(std::size_t bins) {
  NeuralRecording r;
  r.name = "counting";
  r.units = 1;
  r.outputs = 2;
  for (std::size_t k = 0; k < bins; ++k) {
    r.time.push_back(0.02 * static_cast<double>(k));
    r.counts.push_back(static_cast<double>(k));
    r.target.push_back(static_cast<double>(k));
    r.target.push_back(std::sin(static_cast<double>(k)));
  }
  return r;
}

// A recording as it is drawn for synthetic sessions, as a file.
std::string written(const test::TemporaryFolder& folder, const DecodingOptions& o, int sessions) {
  std::string text;
  for (int u = 1; u <= o.units; ++u) text += fmt::format("counts[{}],", u);
  text += "target[1],target[2]\n";
  for (int s = 0; s < sessions; ++s) {
    const DecodingStream stream = drawn_session(o, 7, Part::test, static_cast<std::size_t>(s)).stream;
    const auto n = static_cast<std::size_t>(o.units);
    for (std::size_t k = 0; k < stream.learn.size(); ++k) {
      for (std::size_t u = 0; u < n; ++u) text += fmt::format("{},", stream.counts[k * n + u]);
      text += fmt::format("{},{}\n", stream.target[2 * k], stream.target[2 * k + 1]);
    }
  }
  return folder.write("drawn.csv", text);
}

}  // namespace

TEST_CASE("recordings are cut into sessions that overlap nowhere, a part each") {
  const RecordedStreams out = cut_recordings({counting(500), counting(450)}, {80, 20, 40, 10}, 0.02);
  // Five stretches of the first and four of the second; in turn search, validation, search, test.
  CHECK(out.of(Part::search).size() == 2 * 5);
  CHECK(out.of(Part::validation).size() == 2);
  CHECK(out.of(Part::test).size() == 2);
  CHECK(out.of(Part::search)[1].counts[0] == 50);
  CHECK(out.of(Part::search)[2].counts[0] == 200);
  CHECK(out.of(Part::search)[4].counts[0] == 400);
  CHECK(out.of(Part::validation)[0].counts[0] == 100);
  CHECK(out.of(Part::validation)[1].counts[0] == 0);  // the sixth is the first of the second recording
  CHECK(out.of(Part::test)[0].counts[0] == 300);
  CHECK(out.of(Part::test)[0].steps() == 100);
  CHECK(out.of(Part::test)[0].learn[79] == 1);
  CHECK(out.of(Part::test)[0].learn[80] == 0);
  CHECK(out.of(Part::search)[0].learn[39] == 1);
  CHECK(out.of(Part::search)[0].learn[40] == 0);
}

TEST_CASE("targets are standardised over the sessions of the search") {
  const RecordedStreams out = cut_recordings({counting(800)}, {80, 20, 80, 20}, 0.02);
  double sum = 0;
  double squares = 0;
  double n = 0;
  for (const DecodingStream& s : out.of(Part::search)) {
    for (std::size_t k = 0; k < s.target.size(); k += 2) {
      sum += s.target[k];
      squares += s.target[k] * s.target[k];
      ++n;
    }
  }
  CHECK(sum / n == doctest::Approx(0).epsilon(1e-9));
  CHECK(squares / n == doctest::Approx(1));
  // Search has bins 0 to 99, 200 to 299 and so on, with a mean of 349.5; a test session begins at 300.
  CHECK(out.of(Part::test)[0].target[0] < 0);
}

TEST_CASE("a target that is the same throughout") {
  NeuralRecording r = counting(800);
  for (std::size_t k = 0; k < r.target.size(); k += 2) r.target[k] = 0.1;
  CHECK(test::error_of([&] {
          cut_recordings({r}, {80, 20, 80, 20}, 0.02);
        }) == "counting: number 1 of the target is 0.1 throughout\n  hint: leave it out");
}

TEST_CASE("recordings that are too short, or say nowhere what is scored") {
  CHECK(test::error_of([] {
          cut_recordings({counting(700)}, {80, 20, 40, 10}, 0.02);
        }) ==
        "‹recording›: 14 s give 7 sessions of 2 s, expected at least 8: four for search, two for validation, two for "
        "test\n  hint: shorter sessions with ‹learn-time› and ‹frozen-time›, or more recordings");
  NeuralRecording all = counting(100);
  all.learn.assign(100, 1);
  CHECK(test::error_of([&] {
          cut_recordings({all}, {80, 20, 40, 10}, 0.02);
        }) ==
        "counting: learn is 1 in all 100 bins, so that no bin would be scored\n  hint: a rule is scored where it does "
        "not "
        "learn: learn = 0 in the last third, or leave learn out");
}

TEST_CASE("files that say when a rule learns are a session each") {
  NeuralRecording r = counting(100);
  r.learn.assign(100, 1);
  std::fill(r.learn.begin() + 30, r.learn.begin() + 50, char(0));
  const RecordedStreams out = cut_recordings(std::vector<NeuralRecording>(8, r), {80, 20, 40, 10}, 0.02);
  CHECK(out.of(Part::search).size() == 4);
  CHECK(out.of(Part::test).size() == 2);
  CHECK(out.of(Part::test)[1].learn == r.learn);
}

TEST_CASE("a network learns from recordings of a file as from drawn ones") {
  DecodingOptions o;
  o.units = 12;
  o.hidden = {10, 6};
  o.learn_time = 20;
  o.frozen_time = 10;
  o.search_share = 0.5;
  const test::TemporaryFolder folder;
  DecodingOptions recorded = o;
  recorded.files = {written(folder, o, 8)};
  recorded.read_recordings();
  const DecodingObjective objective(recorded, 1);
  CHECK(objective.units(Part::test) == 2);
  CHECK(objective.units(Part::validation) == 2);
  CHECK(objective.at_most(64, Part::test) == 2);
  // The eighth session of 30 s, of those that were drawn one after the other, is the second for test.
  const DecodingStream drawn = drawn_session(o, 7, Part::test, 7).stream;
  const DecodingSession session = *objective.session(Part::test, 1);
  CHECK(session.stream.counts == drawn.counts);
  CHECK(session.stream.learn == drawn.learn);
  // Other weights, the same stream.
  CHECK(objective.session(Part::search, 8)->stream.counts == objective.session(Part::search, 0)->stream.counts);
  CHECK(objective.session(Part::search, 8)->weights[0] != objective.session(Part::search, 0)->weights[0]);
  const Rule rule = check_rule({"delta", "param eta = 0.003 dw = -eta * (err_post .* gate) * pre'"});
  const auto evaluator = objective.compile({plan::lower(rule), {}});
  const Score score = objective.summarise(evaluator->run(Part::test, 2, {0.003}));
  CHECK(score.losses.size() == 2);
  CHECK(score.loss.mean < 0.5);
  CHECK(objective.identity() != DecodingObjective(o, 1).identity());
}
