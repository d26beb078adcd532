// By how much weights miss a goal, with exact derivatives.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "objectives/goals/goal.hpp"
#include "objectives/goals/world.hpp"

namespace rule_search {

/// Weights, n x m, whose rows are made of length 1.
struct UnitRows {
  std::size_t n = 0, m = 0;
  std::vector<double> unit;    ///< n x m: u_i = w_i / length_i; 0 where the length is
  std::vector<double> along;   ///< n x m: u_i M; M is C where lengths are standard deviations of activities, else I
  std::vector<double> length;  ///< n: sqrt(w_i M w_i')

  double w(std::size_t i, std::size_t j) const { return unit[i * m + j]; }
};

UnitRows unit_rows(const World& world, const std::vector<double>& weights, bool length_is_deviation);

/// Collects conditions with their derivatives by every weight.
class Conditions {
 public:
  /// `derivatives` becomes conditions x weights; may be null.
  Conditions(std::size_t weights, std::vector<double>* derivatives);

  void add(double value);
  /// Of the condition added last, by one weight; these add up.
  void derivative(std::size_t weight, double by);
  /// The derivatives so far are by the elements of UnitRows::unit. Makes them derivatives by the weights themselves.
  void by_weights(const UnitRows& rows);
  std::vector<double> take() { return std::move(values_); }

 private:
  std::size_t weights_;
  std::vector<double>* derivatives_;
  std::vector<double> values_;
};

/// Conditions of a goal for n neurons and m inputs, those of lengths among them.
std::size_t number_of_conditions(Goal goal, std::size_t n, std::size_t m);

/// By how much weights, n x m, miss the goal in a world: one number a condition, 0 for all where it is reached. These are
/// the elements of the matrices of GoalRow::meaning for weights made of length 1, and of every neuron what its length
/// misses. With `derivatives`, conditions x n x m, also their derivatives by every weight.
std::vector<double> deviations(Goal goal, const World& world, const std::vector<double>& weights,
                               std::vector<double>* derivatives = nullptr);

}  // namespace rule_search
