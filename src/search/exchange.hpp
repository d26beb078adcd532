// Better rules of the sizes that are known: terms exchanged for others, one or two at a time.
#pragma once

#include <vector>

#include "search/front.hpp"

namespace rule_search {

/// Loss near a rule as a quadratic function of its coefficients: constant - pull' theta + theta' curvature theta / 2.
struct QuadraticModel {
  int size = 0;                   ///< coefficients
  std::vector<double> curvature;  ///< size x size, symmetric
  std::vector<double> pull;       ///< size
  double constant = 0;            ///< loss where all are 0
};

/// The model's least with the coefficients `in` free and all others at 0; infinite where they can't be told apart.
double least(const QuadraticModel& model, const std::vector<int>& in);
/// Where that is: all coefficients, 0 for those that are out.
std::vector<double> where_least(const QuadraticModel& model, const std::vector<int>& in);

/// From `in`, coefficients exchanged for others, one or two at once, always those that lower the model's least the most,
/// until no exchange lowers it: sequential replacement (Miller, Subset Selection in Regression, 2nd ed. (2002), ch. 3), also
/// of pairs, since two terms can do what two others do while no three of these four do. Those of `always` stay.
std::vector<int> exchanged(const QuadraticModel& model, std::vector<int> in, const std::vector<bool>& always);

/// Taking terms out one by one can lose one that others, which go later, make up for. So where the objective allows all
/// candidates to be fitted at once, a quadratic model is made around the smallest rule of the front that leaves little more
/// than the best. Terms of that rule and of the smaller ones are exchanged on it, bounds and time constants left alone; what
/// comes out better is fitted, and kept where it is.
void exchange(Workbench& bench, Front& front);

}  // namespace rule_search
