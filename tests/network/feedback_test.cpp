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
  CHECK(feedback_names("") == "fixed, symmetric, direct, sign or dtp");
}

TEST_CASE("feedback weights have a row for every neuron that errors come from") {
  const Network network{{5, 4, 3, 2}, 10};
  const auto shape = [&](Feedback feedback, std::size_t k) { return feedback_shapes(feedback, network)[k]; };
  CHECK(shape(Feedback::fixed, 0) == MatrixShape{4, 5});
  CHECK(shape(Feedback::sign, 2) == MatrixShape{2, 3});
  CHECK(shape(Feedback::direct, 0) == MatrixShape{2, 5});
  CHECK(feedback_shapes(Feedback::symmetric, network).empty());
}
