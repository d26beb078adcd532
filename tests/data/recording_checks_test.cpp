#include "data/recording_checks.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"

using namespace rule_search;
using rule_search::test::error_of;

namespace {

std::string place() { return "a.csv: line 3, column pre[1]"; }

}  // namespace

TEST_CASE("names of quantities are known with their indices, and others are signals where they can be") {
  REQUIRE(quantity_named("w") != nullptr);
  CHECK(quantity_named("w")->indices == 2);
  CHECK(quantity_named("w")->may_have_gaps);
  CHECK(quantity_named("time")->indices == 0);
  CHECK_FALSE(quantity_named("target")->may_have_gaps);
  CHECK(quantity_named("reward") == nullptr);
  CHECK(is_signal_name("reward_2"));
  CHECK_FALSE(is_signal_name("2nd"));
  CHECK_FALSE(is_signal_name(""));
  CHECK_FALSE(is_signal_name("two words"));
  CHECK_FALSE(is_signal_name(std::string(65, 'a')));
}

TEST_CASE("a number that no reader may take is refused with its place, whatever the format") {
  CHECK(error_of([] { check_magnitude(-1e30, place); }) == "");
  CHECK_HAS(error_of([] { check_magnitude(-1e31, place); }),
            "a.csv: line 3, column pre[1]: expected a number of at most 1e+30, found -1e+31");
  CHECK(error_of([] { check_choice(1, place); }) == "");
  CHECK_HAS(error_of([] { check_choice(0.5, place); }), "column pre[1]: expected a choice, 0 or 1, found 0.5");
  CHECK(error_of([] { check_time(2, 1, "line", place); }) == "");
  CHECK_HAS(error_of([] { check_time(1, 1, "row", place); }), "1 is not after the time before it, 1\n  hint: a row a");
  CHECK_HAS(error_of([] { check_number_of_times(1, "a.csv", ""); }), "a.csv: expected at least 2 times, found 1");
}

TEST_CASE("weights that nobody saw are gaps, and no file can claim memory with them") {
  LayerRecording r;
  r.name = "a.csv";
  r.steps = 2;
  r.n = 3;
  r.m = 4;
  add_unseen_weights(r);
  CHECK(r.w == std::vector<double>(24, 0.0));
  CHECK(r.w_seen == std::vector<char>(24, 0));
  r.steps = r.n = r.m = 1000;
  CHECK_HAS(error_of([&] { add_unseen_weights(r); }),
            "a.csv: 1000 times of 1000 x 1000 weights that were not recorded");
}
