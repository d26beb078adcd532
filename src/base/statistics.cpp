#include "base/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace rule_search {

double t_quantile(double confidence, double degrees) {
  return boost::math::quantile(boost::math::students_t(std::max(1.0, degrees)), 0.5 + confidence / 2);
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

Estimate paired_ratio(const std::vector<double>& a, const std::vector<double>& b, double least) {
  std::vector<double> ratios;
  for (std::size_t k = 0; k < a.size(); ++k) ratios.push_back(std::log((a[k] + least) / (b[k] + least)));
  return estimate(ratios);
}

double f_tail(double x, double degrees_above, double degrees_below) {
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(degrees_above, degrees_below), x));
}

double chi_squared_tail(double x, double degrees) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), x));
}

double detectable(std::size_t units, double tests) {
  const double n = static_cast<double>(units);
  constexpr double four_of_five = 0.6;  // two-sided, so that 0.8 lies below
  return (t_quantile(1 - 0.05 / tests, n - 1) + t_quantile(four_of_five, n - 1)) / std::sqrt(n);
}

Estimate with_degrees(Estimate e, double degrees) {
  const double half = t_quantile(0.95, degrees) * e.standard_error;
  e.low = e.mean - half;
  e.high = e.mean + half;
  return e;
}

Estimate limited(Estimate e, double least, double most) {
  e.low = std::max(e.low, least);
  e.high = std::min(e.high, most);
  return e;
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double expanded_tail(std::size_t units) {
  const auto count = static_cast<double>(units);
  const double t = t_quantile(0.95, static_cast<int>(units) - 1);
  return 0.5 * std::erfc(std::sqrt(count / (count - 1)) * t / std::sqrt(2.0));
}

}  // namespace rule_search
