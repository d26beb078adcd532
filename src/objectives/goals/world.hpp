// A world: one unit of a search for a goal, drawn at random.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fit/part.hpp"
#include "objectives/goals/options.hpp"

namespace rule_search {

/// A distribution of inputs, a stream of them, and the weights that learning begins with.
struct World {
  /// m: eigenvalues of the covariance C of the inputs, the largest first. All 1 where sources are sparse.
  std::vector<double> spectrum;
  /// m x m: eigenvectors of C, row by row. Where sources are sparse row j is the column of A that mixes source j in.
  std::vector<double> directions;
  std::vector<double> weights;  ///< n x m
  std::vector<double> inputs;   ///< T x m

  double direction(std::size_t k, std::size_t j) const { return directions[k * spectrum.size() + j]; }
};

/// World `number` of a part, the same whatever else was drawn. Takes completed options.
World draw_world(const GoalOptions& options, std::uint64_t seed, Part part, std::size_t number);

}  // namespace rule_search
