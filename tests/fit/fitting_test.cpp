#include <doctest/doctest.h>

#include <cmath>

#include "fit/fit.hpp"
#include "fit/quadratic.hpp"
#include "fit/residuals.hpp"

using namespace rule_search;

namespace {

// loss(d) = gradient . d + d . curvature d / 2 around theta; the minimum over some entries by coordinate descent,
// which shares nothing with the solves under test.
struct Quadratic {
  std::vector<double> gradient, curvature;

  double at(const std::vector<double>& d) const {
    double value = 0;
    for (std::size_t a = 0; a < d.size(); ++a) {
      value += gradient[a] * d[a];
      for (std::size_t b = 0; b < d.size(); ++b) value += 0.5 * d[a] * curvature[a * d.size() + b] * d[b];
    }
    return value;
  }
  std::vector<double> minimum(const std::vector<int>& free, std::vector<double> d) const {
    const std::size_t n = gradient.size();
    for (int sweep = 0; sweep < 2000; ++sweep) {
      for (int f : free) {
        const auto k = static_cast<std::size_t>(f);
        double slope = gradient[k];
        for (std::size_t b = 0; b < n; ++b) slope += curvature[k * n + b] * d[b];
        d[k] -= slope / curvature[k * n + k];
      }
    }
    return d;
  }
};

// Entries 0 and 1 are at their optimum, 2 and 3 want to move.
const Quadratic example{{0, 0, -0.3, 0.2},
                        {2.0, 0.3, 0.4, -0.2,  //
                         0.3, 1.5, -0.1, 0.5,  //
                         0.4, -0.1, 1.0, 0.3,  //
                         -0.2, 0.5, 0.3, 3.0}};

QuadraticModel slopes_of(const Quadratic& q) {
  QuadraticModel s;
  s.usable = true;
  s.size = static_cast<int>(q.gradient.size());
  s.gradient = q.gradient;
  s.curvature = q.curvature;
  return s;
}

}  // namespace

TEST_CASE("the predicted gain of a term is what the quadratic model loses when it becomes free") {
  const QuadraticModel s = slopes_of(example);
  for (const std::vector<int>& add : {std::vector<int>{2}, {3}, {2, 3}}) {
    std::vector<int> free = {0, 1};
    free.insert(free.end(), add.begin(), add.end());
    CHECK(predicted_gain(s, {0, 1}, add) ==
          doctest::Approx(-example.at(example.minimum(free, {0, 0, 0, 0}))).epsilon(1e-6));
  }
}

TEST_CASE("the predicted cost of a removal, and the place it leads to, are the model's minimum without the term") {
  Quadratic at_optimum = example;
  at_optimum.gradient = {0, 0, 0, 0};
  const QuadraticModel s = slopes_of(at_optimum);
  const std::vector<double> theta = {0.5, -0.2, 0.8, 0.1};
  for (const std::vector<int>& gone : {std::vector<int>{2}, {0}, {1, 3}}) {
    std::vector<int> rest;
    std::vector<double> start(4, 0.0);
    for (int k = 0; k < 4; ++k) {
      if (std::find(gone.begin(), gone.end(), k) == gone.end())
        rest.push_back(k);
      else
        start[static_cast<std::size_t>(k)] = -theta[static_cast<std::size_t>(k)];
    }
    const std::vector<double> d = at_optimum.minimum(rest, start);
    CHECK(predicted_cost(s, theta, {0, 1, 2, 3}, gone) == doctest::Approx(at_optimum.at(d)).epsilon(1e-6));
    const std::vector<double> to = compensated(s, theta, {0, 1, 2, 3}, gone);
    for (std::size_t k = 0; k < 4; ++k) CHECK(to[k] == doctest::Approx(theta[k] + d[k]).epsilon(1e-6));
  }
}

TEST_CASE("a term enters downhill, at unit length, with the others at their optimum along the way") {
  const QuadraticModel s = slopes_of(example);
  const std::vector<double> d = entering_direction(s, {0, 1}, {2});
  CHECK(d[2] > 0);
  CHECK(d[3] == 0);
  double length = 0;
  for (std::size_t a = 0; a < 4; ++a) {
    double slope = 0;
    for (std::size_t b = 0; b < 4; ++b) slope += example.curvature[4 * a + b] * d[b];
    length += d[a] * slope;
    if (a < 2) CHECK(std::abs(slope) < 1e-6);
  }
  CHECK(length == doctest::Approx(1));
  // Where there is no slope there is still a direction, for a scan to both sides.
  Quadratic flat = example;
  flat.gradient.assign(4, 0.0);
  CHECK(entering_direction(slopes_of(flat), {0, 1}, {3})[3] != 0);
}

TEST_CASE("an episode with slopes far above the median is scaled down, the others are left alone") {
  std::vector<Outcome> outcomes(5);
  for (std::size_t e = 0; e < 5; ++e) outcomes[e].jacobian = {1.0 + 0.1 * static_cast<double>(e), -2, 1, 2};
  CHECK(tempering(outcomes, 2) == std::vector<double>(5, 1.0));
  for (double& j : outcomes[3].jacobian) j *= 100;
  const std::vector<double> factors = tempering(outcomes, 2);
  for (std::size_t e = 0; e < 5; ++e) {
    CAPTURE(e);
    if (e == 3)
      CHECK(factors[e] == doctest::Approx(0.03).epsilon(0.2));
    else
      CHECK(factors[e] == 1.0);
  }
  for (Outcome& o : outcomes) o.jacobian.assign(4, 0.0);
  CHECK(tempering(outcomes, 2) == std::vector<double>(5, 1.0));
}
