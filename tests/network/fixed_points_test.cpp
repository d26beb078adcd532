#include "network/fixed_points.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace rule_search;

namespace {

std::vector<std::vector<double>> starts(int neurons, std::initializer_list<double> values) {
  std::vector<std::vector<double>> out;
  for (double v : values) out.emplace_back(static_cast<std::size_t>(neurons), v);
  return out;
}

}  // namespace

TEST_CASE("fixed points: one neuron that excites itself has three, the middle one unstable") {
  // x = 2 tanh(x): 0 and +-1.9150080 (x / 2 = tanh(x)).
  const auto found = fixed_points({1, {2}, {0}}, starts(1, {0.01, 3, -3, 2.5}));
  REQUIRE(found.size() == 3);
  CHECK(found[0].x[0] == doctest::Approx(0).epsilon(1e-9));
  CHECK_FALSE(found[0].stable());
  CHECK(found[0].eigenvalues[0].real() == doctest::Approx(1));
  CHECK(std::isinf(found[0].transient_gain));
  CHECK(found[1].x[0] == doctest::Approx(1.9150080481545375));
  CHECK(found[1].stable());
  CHECK(found[1].eigenvalues[0].real() == doctest::Approx(2 * (1 - std::pow(std::tanh(1.9150080481545375), 2)) - 1));
  CHECK(found[1].transient_gain == 1);
  CHECK(found[2].x[0] == doctest::Approx(-found[1].x[0]));
}

TEST_CASE("fixed points: a rotation turns, is normal and gains nothing") {
  const auto found = fixed_points({2, {0, -0.8, 0.8, 0}, {0, 0}}, starts(2, {0.3}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].eigenvalues[0].real() == doctest::Approx(-1));
  CHECK(found[0].frequency() == doctest::Approx(0.8 / (2 * 3.14159265358979)));
  CHECK(found[0].slowest_time() == doctest::Approx(1));
  CHECK(found[0].non_normality == doctest::Approx(0).epsilon(1e-9));
  CHECK(found[0].transient_gain == doctest::Approx(1));
}

TEST_CASE("fixed points: a feedforward chain is stable, not normal, and amplifies for a while") {
  // J = (-1 0; k -1): exp(J t) = e^-t (1 0; k t 1), whose norm is e^-t (k t / 2 + sqrt(k^2 t^2 / 4 + 1)).
  constexpr double k = 8;
  const auto found = fixed_points({2, {0, 0, k, 0}, {0, 0}}, starts(2, {0.1}));
  REQUIRE(found.size() == 1);
  double most = 0;
  for (double t = 0; t < 5; t += 1e-3)
    most = std::max(most, std::exp(-t) * (k * t / 2 + std::sqrt(k * k * t * t / 4 + 1)));
  CHECK(found[0].stable());
  CHECK(found[0].transient_gain == doctest::Approx(most).epsilon(1e-3));
  CHECK(found[0].non_normality == doctest::Approx(k / std::sqrt(k * k + 2)));
  CHECK(found[0].frequency() == 0);
}
