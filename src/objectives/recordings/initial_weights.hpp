// Least squares over initial weights that nobody recorded, or that were recorded with noise.
#pragma once

#include <functional>
#include <vector>

#include "fit/outcome.hpp"

namespace rule_search {

/// Residuals of a simulation that begins with these weights, by postsynaptic neuron, with their derivatives by them and
/// nothing else; null where it diverges.
using FromInitialWeights = std::function<const std::vector<Outcome>*(const double* weights)>;

/// Weights that leave the least squares, `ridge` times themselves counted as residuals too; begins at `start`, from
/// where the simulation must not diverge, and ends where a step gains less than that share of the squares
/// (Levenberg-Marquardt, Ceres' TinySolver).
std::vector<double> least_squares_of_initial_weights(const std::vector<double>& start, double ridge, double tolerance,
                                                     const FromInitialWeights& simulate);

/// Jacobians have `directions` columns for theta and `weights` more for initial weights at their least squares. Keeps the
/// former, less what the weights make up for. By outcome the first `early` residuals are those that the weights were fitted
/// to: they are removed. `early` is null where the weights were fitted to all, which stay.
void take_out_initial_weights(std::vector<Outcome>& outcomes, const std::vector<std::size_t>* early, int directions,
                              int weights, double ridge);

}  // namespace rule_search
