#include "objectives/reward/objective.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "../../files.hpp"
#include "objectives/reward/drawn.hpp"
#include "objectives/reward/kind.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

RewardOptions small(const char* task) {
  RewardOptions o;
  o.task = *task_named(task);
  o.neurons = 9;
  o.trials = 20;
  return o;
}

Rule miconi() { return read_rule(RULE_SEARCH_SOURCE_DIR "/rules/miconi.rule"); }

std::vector<Outcome> outcomes(const RewardObjective& objective, const Rule& rule, const std::vector<double>& theta,
                              bool with_slopes, bool exact) {
  std::vector<int> all(with_slopes ? theta.size() : 0);
  std::iota(all.begin(), all.end(), 0);
  return objective.compile({plan::lower(rule), all, Precision::float64, {}, exact ? Slopes::exact : Slopes::of_fits})
      ->run(Part::search, 2, theta);
}

}  // namespace

TEST_CASE("reward: exact derivatives are those of the residuals, for both tasks; cut ones are others") {
  for (const char* task : {"dnms", "context"}) {
    CAPTURE(task);
    RewardOptions o = small(task);
    o.clip = 0;  // no kinks
    const RewardObjective objective(o, 3);
    const Rule rule = miconi();
    const auto exact = outcomes(objective, rule, {-0.7}, true, true);
    const auto cut = outcomes(objective, rule, {-0.7}, true, false);
    const auto difference = [&](double by, std::size_t unit) {
      return outcomes(objective, rule, {-0.7 + by}, false, false)[unit].residuals.at(0);
    };
    for (std::size_t unit = 0; unit < exact.size(); ++unit) {
      const double h = 1e-4;
      const double slope =
          (8 * (difference(h, unit) - difference(-h, unit)) - (difference(2 * h, unit) - difference(-2 * h, unit))) /
          (12 * h);
      REQUIRE(std::abs(slope) > 1e-6);
      CHECK(std::abs(exact[unit].jacobian.at(0) - slope) < 1e-6 * std::abs(slope));
      CHECK(std::abs(cut[unit].jacobian.at(0) - slope) > 1e-3 * std::abs(slope));
      CHECK(cut[unit].residuals == exact[unit].residuals);
    }
  }
}

TEST_CASE("reward: sessions differ from part to part, and are the same whatever else was drawn") {
  const RewardOptions o = small("context").completed();
  DrawnSession first(o, 1, Part::search, 0);
  DrawnSession again(o, 1, Part::search, 0);
  DrawnSession test(o, 1, Part::test, 0);
  DrawnSession next(o, 1, Part::search, 1);
  CHECK(first.session().weights == again.session().weights);
  CHECK(first.session().weights != test.session().weights);
  CHECK(first.session().weights != next.session().weights);
  std::vector<int> met(8, 0);
  for (int h = 0; h < 16; ++h) {
    const SessionTrial trial = first[h];
    CHECK(trial.input == again[h].input);
    CHECK(std::abs(trial.target.at(0)) == 1);
    ++met[static_cast<std::size_t>(trial.type)];
  }
  CHECK(met == std::vector<int>(8, 2));  // in turn
}

TEST_CASE("reward: the answer to two stimuli is whether they differ") {
  DrawnSession session(small("dnms").completed(), 1, Part::search, 0);
  for (int h = 0; h < 8; ++h) {
    const SessionTrial trial = session[h];
    const auto at = [&](int step, int which) { return trial.input[static_cast<std::size_t>(step * 3 + which)]; };
    const bool same = (at(0, 0) > 0) == (at(12, 0) > 0);
    CHECK(at(0, 0) + at(0, 1) == 8);
    CHECK(at(12, 0) + at(12, 1) == 8);
    CHECK(at(10, 0) + at(10, 1) == 0);
    CHECK(at(29, 2) == 0.5);
    CHECK(trial.target.back() == (same ? -1 : 1));
  }
}

TEST_CASE("reward: the criterion is 95 right trials of the last hundred") {
  std::vector<double> errors(300, 0.5);
  CHECK(trials_to_criterion(errors) == 100);
  std::fill_n(errors.begin(), 50, 1.5);
  CHECK(trials_to_criterion(errors) == 145);
  CHECK(trials_to_criterion(std::vector<double>(99, 0.1)) == 0);
  CHECK(trials_to_criterion(std::vector<double>(500, 1.0)) == 0);
}

TEST_CASE("reward: bad input says what is wrong") {
  const RewardObjective objective(small("dnms"), 1);
  const auto error_with = [&](const std::string& text) {
    return error_of([&] { objective.compile({plan::lower(check_rule({"r", text}))}); });
  };
  const Rule without_reward = check_rule({"r", "param a = 1 dw = a * post * pre'"});
  CHECK_HAS(error_of([&] { RewardKind().make(without_reward, 1, {}); }), "the rule never reads reward");
  CHECK_HAS(error_with("param a = 1 dw = a * reward * err_post * pre'"), "asks for err_post");
  CHECK_HAS(error_with("param a = 1 signal dopamine dw = a * reward * dopamine * w"), "asks for the signal dopamine");
  CHECK_HAS(error_with("param a = 1 signal reward: post dw = a * reward * pre'"), "a column");
  RewardOptions o = small("dnms");
  o.steps = 27;
  CHECK_HAS(error_of([&] { o.completed(); }), "expected at least 28");
  RewardOptions large = small("dnms");
  large.neurons = 10000000;
  CHECK_HAS(error_of([&] { RewardObjective(large, 1); }), "fits");
}

TEST_CASE("reward: a rule that lost its terms is scored as a network that does not learn") {
  const RewardObjective objective(small("dnms"), 1);
  const Rule nothing = without(miconi(), {true});
  REQUIRE(nothing.signals.empty());
  const Score score = objective.summarise(objective.compile({plan::lower(nothing)})->run(Part::test, 2, {}));
  CHECK(score.diverged == 0);
  CHECK(score.accuracy.mean < 0.9);
}
