#include "expression/decay.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"

using namespace rule_search;

namespace {

// Of a rule with the state c and these lines.
std::string doubt(const std::string& next, const std::string& tau = "20 ms") {
  const Rule rule = check_rule({"decay", "step 1 ms\nparam eta = 0.1\nparam tau = " + tau +
                                             "\nstate c: post = 0\nnext c = " + next + "\ndw = eta/(tau*c'*c)*w\n"});
  const std::vector<std::string> doubts = doubtful_decays(rule);
  CHECK(doubts.size() <= 1);
  return doubts.empty() ? "" : doubts[0];
}

}  // namespace

TEST_CASE("a change where the new value was asked for is told") {
  CHECK_HAS(doubt("-dt/tau*c"), "next c = -dt/tau*c: c is -0.05 of itself after one step; was c - dt/tau*c meant?");
  CHECK_HAS(doubt("dt/tau*(post - c)"), "was c + dt/tau*(post - c) meant?");
  CHECK_HAS(doubt("post - dt/tau*c"), "was c + post - dt/tau*c meant?");
  CHECK_HAS(doubt("-c*(dt/tau) + post"), "c is -0.05 of itself after one step; was c - ");
  CHECK_HAS(doubt("post - 0.05*c"), "was c + post - 0.05*c meant?");
  CHECK(doubt("c - dt/tau*c") == "");
  CHECK(doubt("(1 - dt/tau)*c + post") == "");
  CHECK(doubt("(tau - dt)/tau*c + post") == "");
  CHECK(doubt("0.9*c + post") == "");
  CHECK(doubt("-c") == "");
  CHECK(doubt("post") == "");
  // What is left depends on activities.
  CHECK(doubt("c - post .* c") == "");
  CHECK(doubt("-tanh(c)") == "");
}

TEST_CASE("decay that is too fast for the step is told") {
  CHECK_HAS(doubt("c - dt/tau*c", "0.7 ms"), "c is -0.429 of itself after one step, so it changes its sign");
  CHECK_HAS(doubt("c - dt/tau*c", "0.4 ms"), "c is -1.5 of itself after one step, so it grows and changes its sign");
  CHECK_HAS(doubt("(1 - dt/tau)*c", "3 ms"), "the decay of c takes 3 steps");
  CHECK(doubt("(1 - dt/tau)*c", "5 ms") == "");
  // This is exact at any step.
  CHECK(doubt("exp(-dt/tau)*c", "0.4 ms") == "");
  CHECK_HAS(doubt("c - dt/tau*c", "20 ms in [0.5 ms, 1 s]"),
            "c is -1 of itself after one step where tau is 0.5 ms, its lower bound");
  CHECK_HAS(doubt("c - dt/tau*c", "20 ms in [0.5 ms, 1 s]"), "a bound of 1 ms is the lowest");
  CHECK(doubt("c - dt/tau*c", "20 ms in [1 ms, 1 s]") == "");
}
