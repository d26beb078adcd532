// Means with intervals over episodes.
#pragma once

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
/// The probability that, if either sign were as likely for every difference, the ranks of the positive ones (by size, ties
/// share their mean, zeros left out) would sum to as much as they do or more (Wilcoxon, Biometrics Bull. 1:80 (1945));
/// exact for up to 100 of them, beyond that by the normal distribution. 1 where none is left.
double signed_rank_p(const std::vector<double>& differences);
/// With the ends of its interval no farther out than the quantity itself can be.
Estimate limited(Estimate e, double least, double most);
/// A share, successes of `count` trials, with its 95 % interval by Wilson's score (Wilson 1927): it holds
/// for few trials, and for none or all of them successes. Without a standard error.
Estimate wilson(int successes, int count);
/// The t quantile that leaves (1 - confidence) / 2 on each side.
double t_quantile(double confidence, int degrees);

}  // namespace rule_search
