#include "fit/residuals.hpp"

namespace rule_search {

std::vector<double> tempering(const std::vector<Outcome>& outcomes, std::size_t entries) {
  std::vector<double> largest(outcomes.size(), 0.0);
  for (std::size_t k = 0; k < entries; ++k) {
    std::vector<double> sizes;
    for (const Outcome& o : outcomes) {
      double squares = 0;
      for (std::size_t i = k; i < o.jacobian.size(); i += entries) squares += o.jacobian[i] * o.jacobian[i];
      sizes.push_back(std::sqrt(squares));
    }
    std::vector<double> sorted = sizes;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    if (!(*middle > 0)) continue;
    for (std::size_t e = 0; e < sizes.size(); ++e) largest[e] = std::max(largest[e], sizes[e] / *middle);
  }
  constexpr double most = 3;
  std::vector<double> factors;
  for (double size : largest) factors.push_back(size > most ? most / size : 1.0);
  return factors;
}

}  // namespace rule_search
