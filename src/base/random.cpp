#include "base/random.hpp"

#include <cmath>
#include <numbers>

namespace rule_search {

double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

double laplace(Random& random) {
  const double u = random.uniform() - 0.5;
  return std::copysign(std::log(1 - 2 * std::abs(u)), u) / -std::numbers::sqrt2;
}

// Normal numbers, made orthonormal by Gram and Schmidt, each row twice against rounding.
std::vector<double> rotation(Random& random, int size) {
  const auto wide = static_cast<std::size_t>(size);
  std::vector<double> q(wide * wide);
  for (double& x : q) x = normal(random);
  for (std::size_t i = 0; i < wide; ++i) {
    double* const row = q.data() + i * wide;
    for (std::size_t step = 0; step < 2 * i; ++step) {
      const double* const other = q.data() + step % i * wide;
      double along = 0;
      for (std::size_t j = 0; j < wide; ++j) along += row[j] * other[j];
      for (std::size_t j = 0; j < wide; ++j) row[j] -= along * other[j];
    }
    double length = 0;
    for (std::size_t j = 0; j < wide; ++j) length += row[j] * row[j];
    for (std::size_t j = 0; j < wide; ++j) row[j] /= std::sqrt(length);
  }
  return q;
}

}  // namespace rule_search
