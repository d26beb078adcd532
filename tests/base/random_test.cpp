#include "base/random.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace rule_search;

TEST_CASE("drawn numbers have mean 0 and variance 1, and Laplace's the heavier tail") {
  constexpr int count = 100000;
  double fourth[2] = {};
  int which = 0;
  for (double (*draw)(Random&) : {normal, laplace}) {
    Random random(1, 2, 3);
    double sum = 0;
    double squares = 0;
    for (int k = 0; k < count; ++k) {
      const double x = draw(random);
      sum += x / count;
      squares += x * x / count;
      fourth[which] += x * x * x * x / count;
    }
    CHECK(std::abs(sum) < 0.02);
    CHECK(squares == doctest::Approx(1).epsilon(0.03));
    ++which;
  }
  CHECK(fourth[0] == doctest::Approx(3).epsilon(0.05));
  CHECK(fourth[1] == doctest::Approx(6).epsilon(0.1));
}

TEST_CASE("a rotation has orthonormal rows, and its own for every stream") {
  constexpr std::size_t size = 7;
  Random random(4);
  const std::vector<double> q = rotation(random, size);
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      double inner = 0;
      for (std::size_t j = 0; j < size; ++j) inner += q[a * size + j] * q[b * size + j];
      CHECK(std::abs(inner - (a == b ? 1 : 0)) < 1e-14);
    }
  }
  CHECK(rotation(random, size) != q);
}
