// What bears on whether a found rule is to be believed: a second interval of every coefficient, terms that
// could stand in its place, and whether it beats chance.
#pragma once

#include "search/workbench.hpp"

namespace rule_search {

/// Of every entry of theta.
struct Bootstrap {
  std::vector<double> centre;     ///< median over the resamples
  std::vector<double> low, high;  ///< 95 % intervals; NaN where there are fewer than two episodes
};

/// Resamples the episodes of `slopes` with replacement and takes one Gauss-Newton step from theta to the
/// optimum of every resample, within the bounds; it runs no further episode. Intervals are expanded
/// percentiles (Hesterberg 2015), which allow for few episodes as Student's t does. The same seed gives the
/// same intervals.
Bootstrap bootstrap(const Slopes& slopes, const std::vector<double>& theta, const std::vector<double>& lower,
                    const std::vector<double>& upper, std::uint64_t seed, int resamples = 1000);

struct CentredInterval {
  double centre, low, high;
};
/// False where the wider is more than 1.5 times as wide as the other, or one lacks the other's centre. An
/// interval that is not known contradicts nothing.
bool agree(const CentredInterval& a, const CentredInterval& b);

/// Correlation between the effects on the residuals of two groups of entries of `curvature` (size x size),
/// after what the entries `others` make up for has been projected out of both. Of groups of more than one
/// entry the smallest canonical correlation: near 1 only where every direction of the smaller group has its
/// like in the other. NaN where nothing of a group is left.
double partial_correlation(const std::vector<double>& curvature, int size, const std::vector<int>& a,
                           const std::vector<int>& b, const std::vector<int>& others);

/// Pairs above this are reported.
constexpr double alike = 0.95;
/// Whether |partial_correlation| is above it over all episodes and over all but each one: a single episode at
/// the edge of stability makes all terms look alike.
bool always_alike(const Slopes& slopes, const std::vector<int>& a, const std::vector<int>& b,
                  const std::vector<int>& others);
/// Of larger pools only so many are compared, those that screening ranked first.
constexpr std::size_t most_compared = 64;

/// Fills lookalikes and compared: the terms that are in `found`, at the optimum, with one another and with
/// candidates that are not, on the fit episodes.
void find_lookalikes(Workbench& bench, const Trial& found, SearchResult& result);

Chance beside_chance(const Score& test, int ways);

}  // namespace rule_search
