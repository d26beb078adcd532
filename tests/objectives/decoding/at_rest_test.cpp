// In steps in which `clock` is 0 what it is multiplied by is left out. The same rule with a number that is the same to the last
// bit, and of which the program does not know that it is 0, has the same numbers.
#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "objectives/decoding/learner.hpp"
#include "objectives/decoding/options.hpp"
#include "plan/rows.hpp"

using namespace rule_search;

namespace {

DecodingSession session_of(std::vector<int> hidden) {
  DecodingOptions o;
  o.units = 15;
  o.hidden = std::move(hidden);
  o.learn_time = 1;
  o.frozen_time = 0.2;
  o.search_share = 1;
  o.clock = 7;
  return drawn_session(o, 3, Part::test, 0);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

DecodingOutcome outcome(const DecodingSession& session, const std::string& text, bool derivatives) {
  const Rule rule = check_rule({"test", text});
  const ParameterLayout layout(rule.parameters, static_cast<int>(session.network.connections().size()));
  std::vector<int> directions(derivatives ? static_cast<std::size_t>(layout.size()) : 0);
  std::iota(directions.begin(), directions.end(), 0);
  return DecodingLearner<double>(plan::lower(rule), session.network, SpikeDerivative::surrogate, directions)
      .run(session, layout.initial);
}

const std::vector<std::string> rules = {
    // A mean of a matrix that is needed at ticks alone.
    "state M: post x pre = 0 let M1 = 0.9 * M + err_post * pre' next M = M1\n"
    "dw = -eta * err_post * pre' - lam * CLOCK * M1 / sqrt(mean(M1.^2) + 1e-8)",
    // All that is computed by element rests, and a decay goes on.
    "dw = -lam * w - eta * CLOCK * tanh(w)",
    // A state that is 0 between ticks.
    "state E: post x pre = 0 next E = CLOCK * eta * tanh(w) dw = -E - lam * w",
    "state E: post x pre = 0 next E = CLOCK * lam * E + CLOCK * eta * (err_post * pre') dw = -E .* w - E",
    "state E: post x pre = 0.1 next E = CLOCK * eta * err_post * pre' dw = -lam * E",
    // States of a column and of a number.
    "state s: post = 0.5 state n = 0.5 next s = CLOCK * post + lam * s next n = CLOCK * sum(post)\n"
    "dw = -eta * (s .* err_post) * pre' - eta * n * err_post * pre'",
    // Nothing rests.
    "dw = -eta * exp(CLOCK) * err_post * pre' - lam * w",
};

}  // namespace

TEST_CASE("steps without a signal are the same where what it is multiplied by is left out") {
  const DecodingSession small = session_of({12, 8});
  // So that matrices are computed row by row.
  const DecodingSession large = session_of({500, 4});
  for (const std::string& text : rules) {
    CAPTURE(text);
    const std::string head = "param eta = 0.003 param lam = 0.002 signal clock\n";
    const std::string known = head + replaced(text, "CLOCK", "clock");
    const std::string unknown = head + replaced(text, "CLOCK", "log(exp(clock))");
    for (const bool derivatives : {false, true}) {
      for (const DecodingSession* session : {&small, &large}) {
        const DecodingOutcome a = outcome(*session, known, derivatives);
        const DecodingOutcome b = outcome(*session, unknown, derivatives);
        REQUIRE_FALSE(a.diverged);
        CHECK(a.outputs == b.outputs);
        CHECK(a.losses_by == b.losses_by);
      }
    }
  }
}

TEST_CASE("what rests, and what does not") {
  const auto rests = [](const std::string& text) {
    const plan::Plan plan = plan::lower(check_rule({"test", "param eta = 1 signal clock " + text}));
    return plan::at_rest(plan, plan::matrix_by_matrix(plan)).less;
  };
  CHECK(rests("dw = eta * clock * mean(w.^2) * post * pre'"));
  CHECK_FALSE(rests("dw = eta * exp(clock) * post * pre'"));
  CHECK_FALSE(rests("dw = (eta * mean(w.^2) + clock) * post * pre'"));
}
