// Least squares over first weights that nobody recorded.
#pragma once

#include <functional>
#include <vector>

#include "fit/outcome.hpp"

namespace rule_search {

/// Residuals of a simulation that begins with these weights, by cell, with their slopes by them and nothing else; null
/// where it diverges.
using FromFirstWeights = std::function<const std::vector<Outcome>*(const double* weights)>;

/// Weights that leave the least squares, `ridge` times themselves counted as residuals too; begins at `start`, from
/// where the simulation must not diverge, and ends where a step gains less than that share of the squares
/// (Levenberg-Marquardt, Ceres' TinySolver).
std::vector<double> least_squares_of_first_weights(const std::vector<double>& start, double ridge, double tolerance,
                                                   const FromFirstWeights& simulate);

/// Of Jacobians with `directions` columns for theta and `weights` more for first weights at their least squares keeps
/// the former, less what the weights make up for. By outcome the first `early` residuals are what the weights were fitted
/// to, and go; null where they were fitted to all, which stay.
void take_out_first_weights(std::vector<Outcome>& outcomes, const std::vector<std::size_t>* early, int directions,
                            int weights, double ridge);

}  // namespace rule_search
