#include "network/orthonormality.hpp"

#include <cstddef>

namespace rule_search {

double orthonormality_error(const std::vector<double>& w, const std::vector<double>& y, const std::vector<double>& z) {
  const std::size_t cols = y.empty() ? 0 : w.size() / y.size();
  std::vector<double> rebuilt(cols, 0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double* const row = w.data() + i * cols;
    for (std::size_t j = 0; j < cols; ++j) rebuilt[j] += row[j] * y[i];
  }
  double error = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double* const row = w.data() + i * cols;
    double again = 0;
    for (std::size_t j = 0; j < cols; ++j) again += row[j] * rebuilt[j];
    error += (z[i] - again) * (z[i] - again);
  }
  return error;
}

}  // namespace rule_search
