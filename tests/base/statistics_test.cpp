#include "base/statistics.hpp"

#include <doctest/doctest.h>

#include <cmath>

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

TEST_CASE("ratios tell what means hide, and tails are those of the tables") {
  const std::vector<double> large = {4.0, 0.02, 0.3, 0.01};
  std::vector<double> small;
  for (double x : large) small.push_back(x / 100);
  CHECK(paired(large, small).low < 0);
  const Estimate ratio = paired_ratio(large, small, 0);
  CHECK(ratio.mean == doctest::Approx(std::log(100)));
  CHECK(ratio.low == doctest::Approx(ratio.mean));
  // What is below the least counts as that.
  CHECK(paired_ratio({1e-30}, {1e-9}, 1e-9).mean == doctest::Approx(-std::log(2)));
  // Critical values of 5 %, as tables print them.
  CHECK(f_tail(4.964, 1, 10) == doctest::Approx(0.05).epsilon(0.001));
  CHECK(f_tail(3.326, 5, 10) == doctest::Approx(0.05).epsilon(0.001));
  CHECK(chi_squared_tail(3.841, 1) == doctest::Approx(0.05).epsilon(0.001));
  CHECK(chi_squared_tail(11.070, 5) == doctest::Approx(0.05).epsilon(0.001));
}

TEST_CASE("limited ends of an interval lie within what is possible, others stay") {
  const Estimate e = limited(paired({1, 1, 1, 0}, {0, 0, 0, 0}), -1, 1);
  CHECK(e.mean == doctest::Approx(0.75));
  CHECK(e.high == 1);  // Student's t says 1.55
  CHECK(e.low == paired({1, 1, 1, 0}, {0, 0, 0, 0}).low);
  CHECK(limited(paired({0, 0, 0, 0}, {1, 1, 1, 0}), -1, 1).low == -1);
}
