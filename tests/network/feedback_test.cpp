#include "network/feedback.hpp"

#include <doctest/doctest.h>

#include "network/network.hpp"

using namespace rule_search;

TEST_CASE("every kind of feedback is found by its name and its enumerator") {
  for (const FeedbackKind& k : feedback_kinds()) {
    CHECK(&kind(k.feedback) == &k);
    CHECK(feedback_named(k.name) == k.feedback);
  }
  CHECK_FALSE(feedback_named("none"));
  CHECK(feedback_names("") == "fixed, symmetric, direct or sign");
}

TEST_CASE("feedback weights have a row for every neuron that errors come from") {
  const Network network{{5, 4, 3, 2}, 10};
  CHECK(feedback_rows(Feedback::fixed, network, 0) == 4);
  CHECK(feedback_rows(Feedback::sign, network, 2) == 2);
  CHECK(feedback_rows(Feedback::direct, network, 0) == 2);
  CHECK(feedback_rows(Feedback::symmetric, network, 0) == 0);
}
