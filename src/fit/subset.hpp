// Which coefficients of a quadratic function should be free: the best of a size, by exchanges.
#pragma once

#include <vector>

namespace rule_search {

/// Loss near a rule as a quadratic function of its coefficients: constant - pull' theta + theta' curvature theta / 2.
struct Quadratic {
  int size = 0;                   ///< coefficients
  std::vector<double> curvature;  ///< size x size, symmetric
  std::vector<double> pull;       ///< size
  double constant = 0;            ///< loss where all are 0
};

/// The model's least with the coefficients `in` free and all others at 0; infinite where they can't be told apart.
double least(const Quadratic& model, const std::vector<int>& in);
/// Where that is: all coefficients, 0 for those that are out.
std::vector<double> where_least(const Quadratic& model, const std::vector<int>& in);

/// From `in`, coefficients exchanged for others, one or two at once, always those that lower the model's least the most,
/// until no exchange lowers it: sequential replacement (Miller, Subset Selection in Regression, 2nd ed. (2002), ch. 3), also
/// of pairs, since two terms can do what two others do while no three of these four do. Those of `always` stay.
std::vector<int> exchanged(const Quadratic& model, std::vector<int> in, const std::vector<bool>& always);

}  // namespace rule_search
