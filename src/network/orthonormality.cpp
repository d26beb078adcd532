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

template <class T>
void add_orthonormality_errors(const std::vector<std::vector<double>>& weights, const Engine<T>& engine,
                               std::vector<double>& sums) {
  const auto values = [](const Activity<T>& x) { return std::vector<double>(x.at(0), x.at(0) + x.size); };
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const auto to = static_cast<std::size_t>(engine.graph().connections[c].to);
    sums[c] += orthonormality_error(weights[c], values(engine.populations().activity[to]), values(engine.net_of(c)));
  }
}

template void add_orthonormality_errors(const std::vector<std::vector<double>>&, const Engine<float>&,
                                        std::vector<double>&);
template void add_orthonormality_errors(const std::vector<std::vector<double>>&, const Engine<double>&,
                                        std::vector<double>&);

}  // namespace rule_search
