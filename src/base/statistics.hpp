// Means with intervals over episodes.
#pragma once

#include <cstddef>
#include <vector>

namespace rule_search {

/// A mean with its two-sided 95 % interval by Student's t over independent episodes.
struct Estimate {
  double mean = 0;
  double low = 0;
  double high = 0;
  double standard_error = 0;
  int count = 0;
};

Estimate estimate(const std::vector<double>& values);
/// Of a[k] - b[k], episode by episode.
Estimate paired(const std::vector<double>& a, const std::vector<double>& b);
/// Of log((a[k] + least) / (b[k] + least)).
Estimate paired_ratio(const std::vector<double>& a, const std::vector<double>& b, double least);
/// The probability of more than `x`.
double f_tail(double x, double degrees_above, double degrees_below);
double chi_squared_tail(double x, double degrees);
/// The mean, in standard deviations of one unit, that is told from 0 with 95 % confidence for all of `tests` together
/// (Bonferroni) in four of five samples of so many units.
double detectable(std::size_t units, double tests);
/// With the interval that it has by Student's t of so many degrees of freedom.
Estimate with_degrees(Estimate e, double degrees);
/// With the ends of its interval no farther out than the quantity itself can be.
Estimate limited(Estimate e, double least, double most);
/// A share, successes of `count` trials, with its 95 % interval by Wilson's score (Wilson 1927): it holds
/// for few trials, and for none or all of them successes. Without a standard error.
Estimate wilson(int successes, int count);
/// The t quantile that leaves (1 - confidence) / 2 on each side.
double t_quantile(double confidence, double degrees);
/// Of values in increasing order; between two of them along a straight line.
double quantile(const std::vector<double>& sorted, double share);
/// The share below the lower end of a 95 % interval by resampling so many units, such that the interval is as wide as Student's
/// t has it (expanded percentiles; Hesterberg, Am. Stat. 69:371 (2015)).
double expanded_tail(std::size_t units);

}  // namespace rule_search
