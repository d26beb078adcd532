#include "base/statistics.hpp"

#include <doctest/doctest.h>

using namespace rule_search;

namespace {

void check_share(int successes, int count, double low, double high) {
  CAPTURE(successes);
  CAPTURE(count);
  const Estimate e = wilson(successes, count);
  CHECK(e.mean == doctest::Approx(static_cast<double>(successes) / count));
  CHECK(e.count == count);
  // The values are given to four digits.
  CHECK(e.low == doctest::Approx(low).epsilon(5.1e-5));
  CHECK(e.high == doctest::Approx(high).epsilon(5.1e-5));
}

}  // namespace

TEST_CASE("a share has the interval that tables of Wilson's score give, for none and for all as well") {
  // Newcombe (1998), table I, method 3; 19 of 20 and 1 of 2 by hand.
  check_share(81, 263, 0.2553, 0.3662);
  check_share(15, 148, 0.0624, 0.1605);
  check_share(0, 20, 0.0000, 0.1611);
  check_share(1, 29, 0.0061, 0.1718);
  check_share(19, 20, 0.7639, 0.9911);
  check_share(1, 2, 0.0945, 0.9055);
}

TEST_CASE("none and all reach exactly to 0 and to 1, and a share mirrors that of its failures") {
  for (int n : {1, 2, 7, 20}) {
    CHECK(wilson(0, n).low == 0);
    CHECK(wilson(n, n).high == 1);
    for (int k = 0; k <= n; ++k) {
      const Estimate a = wilson(k, n);
      const Estimate b = wilson(n - k, n);
      CHECK(a.low == doctest::Approx(1 - b.high));
      CHECK(a.low <= a.mean);
      CHECK(a.mean <= a.high);
    }
  }
  CHECK(wilson(0, 0).low == 0);
  CHECK(wilson(0, 0).high == 1);
}

TEST_CASE(
    "signed ranks: all signs counted, ties share their rank, zeros say nothing, many by the normal distribution") {
  CHECK(signed_rank_p({1, 2, 3, 4, 5}) == 1.0 / 32);
  CHECK(signed_rank_p({-1, 2, 3, 4, 5}) == 2.0 / 32);  // all, or all but the smallest
  CHECK(signed_rank_p({1, 2, -3}) == 5.0 / 8);         // sums of 3 or more: {3}, {1 2}, {1 3}, {2 3}, {1 2 3}
  CHECK(signed_rank_p({0, 0, 1, 2}) == 1.0 / 4);
  CHECK(signed_rank_p({}) == 1);
  CHECK(signed_rank_p({-1, -2}) == 1);
  CHECK(signed_rank_p({1, 1, -1, 1}) == 5.0 / 16);  // ranks 2.5: three or four of the four are positive
  // Counted over all 256 signs by another program.
  CHECK(signed_rank_p({-1, -2, -3, 4, 5, 6, 7, 8}) == doctest::Approx(14.0 / 256));
  // Where both ways are open they agree.
  std::vector<double> many;
  for (int k = 1; k <= 101; ++k) many.push_back(k % 5 < 3 ? k : -k);
  std::vector<double> fewer(many.begin(), many.end() - 1);
  CHECK(signed_rank_p(many) == doctest::Approx(signed_rank_p(fewer)).epsilon(0.2));
}

TEST_CASE("limited ends of an interval lie within what is possible, others stay") {
  const Estimate e = limited(paired({1, 1, 1, 0}, {0, 0, 0, 0}), -1, 1);
  CHECK(e.mean == doctest::Approx(0.75));
  CHECK(e.high == 1);  // Student's t says 1.55
  CHECK(e.low == paired({1, 1, 1, 0}, {0, 0, 0, 0}).low);
  CHECK(limited(paired({0, 0, 0, 0}, {1, 1, 1, 0}), -1, 1).low == -1);
}
