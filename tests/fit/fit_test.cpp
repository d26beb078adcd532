#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/statistics.hpp"
#include "fit/least_squares.hpp"

using namespace rule_search;

TEST_CASE("a curved valley is followed to its end, badly scaled and with bounds") {
  LeastSquares p;  // Rosenbrock, the second parameter a thousand times smaller
  p.residuals = 2;
  p.start = {-1.2, 0.001};
  p.lower = {-HUGE_VAL, -HUGE_VAL};
  p.upper = {HUGE_VAL, HUGE_VAL};
  p.scale = {1, 1e-3};
  int refused = 0;
  p.evaluate = [&](const std::vector<double>& t, std::vector<double>& r, std::vector<double>* j) {
    const double x = t[0];
    const double y = t[1] * 1e3;
    if (std::abs(x) > 1.5) {  // evaluations that fail, as episodes that diverge
      ++refused;
      return false;
    }
    r = {10 * (y - x * x), 1 - x};
    if (j != nullptr) *j = {-20 * x, 1e4, -1, 0};
    return true;
  };
  LeastSquaresOptions o;
  o.iterations = 200;
  o.function_tolerance = 1e-14;
  o.initial_radius = 1e4;
  const LeastSquaresResult free = minimise(p, o);
  CHECK(free.usable);
  CHECK(free.theta[0] == doctest::Approx(1).epsilon(1e-4));
  CHECK(free.theta[1] == doctest::Approx(1e-3).epsilon(1e-4));
  // The way there, in the caller's units: from the start to the end, downhill all along.
  REQUIRE(free.history.size() > 3);
  CHECK(free.history.front() == p.start);
  CHECK(free.history.back()[1] == doctest::Approx(free.theta[1]));
  const auto cost = [](const std::vector<double>& t) {
    return std::pow(10 * (t[1] * 1e3 - t[0] * t[0]), 2) + std::pow(1 - t[0], 2);
  };
  for (std::size_t k = 1; k < free.history.size(); ++k) CHECK(cost(free.history[k]) <= cost(free.history[k - 1]));
  p.upper[0] = 0.5;
  const LeastSquaresResult bounded = minimise(p, o);
  CHECK(bounded.theta[0] == doctest::Approx(0.5).epsilon(1e-6));
  p.evaluate = [](const std::vector<double>&, std::vector<double>&, std::vector<double>*) { return false; };
  CHECK_FALSE(minimise(p, o).usable);
}

TEST_CASE("a time constant never leaves its bounds, is as exact as without them, and gets off one that it starts on") {
  const double truth = 0.02;
  LeastSquares p;  // exp(-t / tau) at five times
  p.residuals = 5;
  p.start = {0.1};
  p.lower = {0.001};
  p.upper = {10};
  p.scale = {0.01};
  p.positive = {true};
  p.evaluate = [&](const std::vector<double>& at, std::vector<double>& r, std::vector<double>* j) {
    const double tau = at[0];
    CHECK(tau >= p.lower[0]);
    CHECK(tau <= p.upper[0]);
    r.clear();
    if (j != nullptr) j->clear();
    for (double t : {0.005, 0.01, 0.02, 0.04, 0.08}) {
      r.push_back(std::exp(-t / tau) - std::exp(-t / truth));
      if (j != nullptr) j->push_back(std::exp(-t / tau) * t / (tau * tau));
    }
    return true;
  };
  LeastSquaresOptions o;
  o.iterations = 100;
  o.function_tolerance = 1e-14;
  o.good_enough = 1e-20;
  for (double lower : {0.0, 0.001}) {
    for (double upper : {0.1, 10.0, HUGE_VAL}) {
      for (double start : {0.001, 0.01, 0.1}) {
        CAPTURE(lower);
        CAPTURE(upper);
        CAPTURE(start);
        p.lower[0] = lower;
        p.upper[0] = upper;
        p.start[0] = start;
        CHECK(minimise(p, o).theta[0] == doctest::Approx(truth).epsilon(1e-7));
      }
    }
  }
  // In the units of what a change does, as a search has it, a few iterations are enough from a bound as well.
  for (double start : {0.001, 0.1}) {
    CAPTURE(start);
    p.lower[0] = 0.001;
    p.upper[0] = 0.1;
    p.start[0] = start;
    std::vector<double> r, j;
    p.evaluate(p.start, r, &j);
    double squares = 0;
    for (double x : j) squares += x * x;
    p.scale[0] = 1 / std::sqrt(squares);
    o.iterations = 8;
    CHECK(minimise(p, o).theta[0] == doctest::Approx(truth).epsilon(0.02));
    p.scale[0] = 0.01;
    o.iterations = 100;
  }
  // Whatever the scale, one that starts on its upper bound is tried, and what comes out is no worse than the start.
  for (double scale : {1e-2, 1.0, 1e2}) {
    for (double lower : {0.0, 0.001}) {
      CAPTURE(scale);
      CAPTURE(lower);
      p.scale[0] = scale;
      p.lower[0] = lower;
      p.upper[0] = p.start[0] = 10;
      const LeastSquaresResult from_above = minimise(p, o);
      REQUIRE(from_above.usable);
      CHECK(from_above.iterations > 1);
      std::vector<double> at_start;
      p.evaluate(p.start, at_start, nullptr);
      double cost = 0;
      for (double x : at_start) cost += 0.5 * x * x;
      CHECK(from_above.cost <= cost);
    }
  }
  p.scale[0] = 0.01;
  // What it would be without them lies outside: the best is at the end, and no fit that begins there makes it worse.
  p.upper[0] = 10;
  p.start[0] = 0.1;
  p.lower[0] = 0.03;
  CHECK(minimise(p, o).theta[0] == doctest::Approx(0.03).epsilon(1e-3));
  p.start[0] = 0.03;
  CHECK(minimise(p, o).theta[0] == doctest::Approx(0.03).epsilon(1e-3));
  p.lower[0] = 0.001;
  p.upper[0] = 0.015;
  p.start[0] = 0.002;
  CHECK(minimise(p, o).theta[0] == doctest::Approx(0.015).epsilon(1e-3));
}

TEST_CASE("a fit that ends in failures gives the best point it has seen, with the cost of that point") {
  LeastSquares p;
  p.residuals = 1;
  p.start = {5};
  p.lower = {-HUGE_VAL};
  p.upper = {HUGE_VAL};
  p.scale = {1};
  int asked = 0;
  p.evaluate = [&](const std::vector<double>& t, std::vector<double>& r, std::vector<double>* j) {
    if (++asked > 5) return false;
    r = {t[0] * t[0] + 0.1};
    if (j != nullptr) *j = {2 * t[0]};
    return true;
  };
  LeastSquaresOptions o;
  o.iterations = 50;
  const LeastSquaresResult result = minimise(p, o);
  REQUIRE(result.usable);
  CHECK(std::abs(result.theta[0]) < 5);
  const double residual = result.theta[0] * result.theta[0] + 0.1;
  CHECK(result.cost == doctest::Approx(0.5 * residual * residual));
}

TEST_CASE("intervals by Student's t") {
  // Known: 2.2621571628 is the 97.5 % quantile for 9 degrees of freedom.
  CHECK(t_quantile(0.95, 9) == doctest::Approx(2.2621571628));
  const Estimate e = estimate({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(e.mean == doctest::Approx(5.5));
  CHECK(e.standard_error == doctest::Approx(std::sqrt(55.0 / 6 / 10)));
  CHECK(e.high == doctest::Approx(5.5 + 2.2621571628 * std::sqrt(55.0 / 60)));
  const Estimate d = paired({2, 3, 4}, {1, 2, 3});
  CHECK(d.low == doctest::Approx(1));
  CHECK(d.high == doctest::Approx(1));
}
