#include "base/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace rule_search {

double t_quantile(double confidence, int degrees) {
  return boost::math::quantile(boost::math::students_t(std::max(1, degrees)), 0.5 + confidence / 2);
}

Estimate estimate(const std::vector<double>& values) {
  Estimate e;
  e.count = static_cast<int>(values.size());
  if (values.empty()) return e;
  for (double v : values) e.mean += v / static_cast<double>(values.size());
  double squares = 0;
  for (double v : values) squares += (v - e.mean) * (v - e.mean);
  if (values.size() > 1) {
    const double n = static_cast<double>(values.size());
    e.standard_error = std::sqrt(squares / (n - 1) / n);
  }
  const double half = values.size() > 1 ? t_quantile(0.95, e.count - 1) * e.standard_error : 0;
  e.low = e.mean - half;
  e.high = e.mean + half;
  return e;
}

Estimate wilson(int successes, int count) {
  Estimate e;
  e.count = count;
  if (count == 0) return {0, 0, 1, 0, 0};
  constexpr double z = 1.959963984540054;  // standard normal, 97.5 %
  const double n = count;
  const double p = successes / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  e.mean = p;
  e.low = successes == 0 ? 0 : std::max(0.0, middle - half);
  e.high = successes == count ? 1 : std::min(1.0, middle + half);
  return e;
}

Estimate paired(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> difference;
  for (std::size_t k = 0; k < a.size(); ++k) difference.push_back(a[k] - b[k]);
  return estimate(difference);
}

double signed_rank_p(const std::vector<double>& differences) {
  std::vector<double> sorted;
  for (double d : differences) {
    if (d != 0) sorted.push_back(d);
  }
  std::sort(sorted.begin(), sorted.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  const std::size_t n = sorted.size();
  if (n == 0) return 1;
  // Twice the ranks: means of ties are whole then.
  std::vector<std::size_t> ranks(n);
  for (std::size_t first = 0; first < n;) {
    std::size_t end = first;
    while (end < n && std::abs(sorted[end]) == std::abs(sorted[first])) ++end;
    for (std::size_t k = first; k < end; ++k) ranks[k] = first + end + 1;
    first = end;
  }
  std::size_t positive = 0;
  double squares = 0;
  for (std::size_t k = 0; k < n; ++k) {
    if (sorted[k] > 0) positive += ranks[k];
    squares += static_cast<double>(ranks[k] * ranks[k]);
  }
  constexpr std::size_t exact = 100;
  if (n > exact) {
    const double mean = static_cast<double>(n * (n + 1)) / 2;  // of twice the sum
    const double z = (static_cast<double>(positive) - 1 - mean) / (std::sqrt(squares) / 2);
    return std::erfc(z / std::sqrt(2.0)) / 2;
  }
  // Of every sum the share of the 2^n signs that give it.
  std::vector<double> share(n * (n + 1) + 1, 0.0);
  share[0] = 1;
  std::size_t most = 0;
  for (std::size_t rank : ranks) {
    most += rank;
    for (std::size_t sum = most + 1; sum-- > 0;)
      share[sum] = share[sum] / 2 + (sum >= rank ? share[sum - rank] / 2 : 0);
  }
  double p = 0;
  for (std::size_t sum = share.size(); sum-- > positive;) p += share[sum];
  return std::min(1.0, p);
}

Estimate limited(Estimate e, double least, double most) {
  e.low = std::max(e.low, least);
  e.high = std::min(e.high, most);
  return e;
}

}  // namespace rule_search
