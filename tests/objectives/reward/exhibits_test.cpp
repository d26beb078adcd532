#include "objectives/reward/exhibits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "fit/steps.hpp"
#include "objectives/reward/drawn.hpp"
#include "objectives/reward/learner.hpp"

using namespace rule_search;

namespace {

Rule with_trace(const std::string& next, const std::string& more = "") {
  return check_rule({"rule",
                     "rule traced\nparam a = -0.7\nparam b = 0.2\nstate xbar: post = 0 each trial\n"
                     "state trace: post x pre = 0 each trial\nnext xbar = 0.05 * xbar + 0.95 * net\n"
                     "next trace = trace + " +
                         next + "\ndw = (reward - expected_reward) * trace" + more + "\n"});
}

RewardObjective small() {
  RewardOptions o;
  o.neurons = 9;
  o.trials = 20;
  o.report_trials = 120;
  return {o, 3};
}

}  // namespace

TEST_CASE("exponents of a trace's term are found however it is written, and of such products alone") {
  const auto of = [](const std::string& term) {
    return trace_term(with_trace("a * " + term + " + b * (xbar - net) * pre'"), 0);
  };
  const auto is = [](const std::optional<TraceTerm>& t, int post, int pre, double factor) {
    return t && t->at.post == post && t->at.pre == pre && t->factor == doctest::Approx(factor);
  };
  CHECK(is(of("(xbar - net).^3 * (pre.^3)'"), 3, 3, 1));
  CHECK(is(of("(net - xbar).^3 * (pre.^3)'"), 3, 3, -1));
  CHECK(is(of("(net - xbar).^2 * (pre .* pre.^3)'"), 2, 4, 1));
  CHECK(is(of("2 * (xbar - net) * ones_pre'"), 1, 0, 2));
  CHECK(is(of("ones_post * (pre.^5)'"), 0, 5, 1));
  for (const char* other : {"tanh(net) * pre'", "(net .* post) * pre'", "net.^3 * pre'", "xbar * pre'", "w", "trace",
                            "tanh(b * (xbar - net)) * pre'"}) {
    CAPTURE(other);
    CHECK_FALSE(of(other));
  }
  // A parameter that stands in dw alone has no term in a trace.
  CHECK_FALSE(trace_term(with_trace("a * (xbar - net) * pre'", " + b * reward * w"), 1));
}

TEST_CASE("the picture of a trace has every coefficient at its exponents, and is none of other rules") {
  const std::optional<Picture> picture =
      trace_picture({with_trace("a * (xbar - net).^3 * pre' + b * (xbar - net) * (pre.^5)'"), {-0.7, 0.2}, 0});
  REQUIRE(picture);
  double sum = 0;
  for (const std::vector<double>& row : picture->values) {
    for (double value : row) sum += std::isfinite(value) ? std::abs(value) : 0;
  }
  CHECK(picture->values[3][1] == -0.7);
  CHECK(picture->values[1][5] == 0.2);
  CHECK(sum == doctest::Approx(0.9));
  CHECK_FALSE(trace_picture({with_trace("a * (xbar - net).^3 * pre' + b * post * pre'"), {-0.7, 0.2}, 0}));
}

TEST_CASE("long sessions are as long as reports ask for, and their shares are those of their trials") {
  const RewardObjective objective = small();
  const FittedRule rule = {with_trace("a * (xbar - net).^3 * (pre.^3)' + b * (xbar - net) * pre'"), {-0.7, -0.2}, 0};
  Steps steps;
  const LongSessions found = long_sessions(rule, objective, 3, steps);
  REQUIRE(found.right.size() == 3);
  const RewardObjective longer = of_reports(objective);
  CHECK(longer.options().trials == 120);
  for (std::size_t k = 0; k < 3; ++k) {
    DrawnSession drawn(longer.options(), 3, Part::test, k);
    const SessionOutcome session = SessionLearner<float>(plan::lower(rule.rule), drawn.session(), {}, Derivatives::cut)
                                       .run(drawn.session(), drawn, rule.theta);
    REQUIRE(session.errors.size() == 120);
    REQUIRE(found.right[k].size() == 3);  // of 50, 50 and 20 trials
    for (std::size_t block = 0; block < 3; ++block) {
      double right = 0;
      const std::size_t last = std::min<std::size_t>(120, 50 * (block + 1));
      for (std::size_t h = 50 * block; h < last; ++h) right += session.errors[h] < 1;
      CHECK(found.right[k][block] == doctest::Approx(right / static_cast<double>(last - 50 * block)));
    }
  }
  const Picture curves = learning_curves({"found", "other"}, {found, found}, 120);
  REQUIRE(curves.lines.size() == 2);
  CHECK(curves.x == std::vector<double>{25, 75, 110});
  double mean = 0;
  for (const std::vector<double>& session : found.right) mean += 100 * session[1] / 3;
  CHECK(curves.lines[0].mean[1] == doctest::Approx(mean));
  CHECK(curves.lines[0].low[1] <= mean);
  CHECK(curves.lines[0].high[1] >= mean);
}

TEST_CASE("networks that learn nothing have the same dynamics before and after") {
  const RewardObjective objective = small();
  const Rule rule = with_trace("a * (xbar - net).^3 * (pre.^3)' + b * (xbar - net) * pre'");
  const Table still = dynamics_table({rule, {0, 0}, 0}, objective, 3).value();
  REQUIRE(still.rows.size() == 2);
  REQUIRE(still.rows[0].size() == still.columns.size());
  for (std::size_t k = 1; k < still.columns.size(); ++k) CHECK(still.rows[0][k] == still.rows[1][k]);
  const Table learnt = dynamics_table({rule, {-1, -0.5}, 0}, objective, 3).value();
  CHECK(learnt.rows[0] == still.rows[0]);
  CHECK(learnt.rows[1] != still.rows[1]);
}

TEST_CASE("the score of noise has mean 0") {
  const RewardObjective objective = small();
  const Rule rule = with_trace("a * (xbar - net).^3 * (pre.^3)' + b * (xbar - net) * pre'");
  RewardOptions o = objective.options();
  o.trials = 400;
  o.clip = 0;
  DrawnSession drawn(o, 3, Part::test, 0);
  const SessionOutcome session =
      SessionLearner<double>(plan::lower(rule), drawn.session(), {0, 1}, Derivatives::score_function)
          .run(drawn.session(), drawn, {-0.7, -0.2});
  REQUIRE_FALSE(session.diverged);
  REQUIRE(session.scores.size() == 400);
  for (std::size_t d = 0; d < 2; ++d) {
    double sum = 0;
    double squares = 0;
    for (const std::vector<double>& score : session.scores) {
      sum += score[d];
      squares += score[d] * score[d];
    }
    CHECK(squares > 0);
    CHECK(std::abs(sum) < 4 * std::sqrt(squares));
  }
}
