// The goals that a search knows. A goal is one row of the table in goal.cpp and one function, its conditions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rule_search {

class Conditions;
struct UnitRows;
struct World;

struct GoalRow {
  const char* name;
  /// What the weights W, n x m, are to come to. C is the covariance of the inputs, m x m, e_i its eigenvectors of length 1,
  /// those with the largest eigenvalues first, E = (e_1 ... e_n).
  const char* meaning;
  const char* paper;
  int neurons, inputs, steps;  ///< n, m and T where no others are asked for
  bool single_neuron;          ///< whether n must be 1
  /// Whether inputs are mixed from independent sparse sources of variance 1; else they are normal, with the spectrum that a
  /// world draws.
  bool sparse_sources;
  /// Whether the length of a neuron's weights is the standard deviation of its activity, sqrt(w C w'); else it is |w|.
  bool length_is_deviation;
  /// The number of conditions that add_conditions() adds for n neurons and m inputs.
  std::size_t (*number_of_conditions)(std::size_t n, std::size_t m);
  /// Adds the elements of the matrices of `meaning`, for weights made of length 1, with their derivatives by those. That
  /// lengths are 1 is a condition of every goal, and not among them.
  void (*add_conditions)(const UnitRows& rows, const World& world, Conditions& out);
};

std::span<const GoalRow> goal_rows();

/// A row of goal_rows(); never null.
using Goal = const GoalRow*;

const char* name(Goal goal);
std::optional<Goal> goal_named(const std::string& name);
/// All names, in the order of the rows.
std::vector<std::string> goal_names();

}  // namespace rule_search
