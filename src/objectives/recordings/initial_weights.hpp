// Least squares over what a recording begins with: initial weights that nobody recorded or that were recorded with noise,
// and what the rule remembers.
#pragma once

#include <functional>
#include <vector>

#include "fit/outcome.hpp"

namespace rule_search {

/// Residuals of a simulation that begins with these numbers, by postsynaptic neuron, with their derivatives by them and
/// nothing else; null where it diverges.
using FromBeginning = std::function<const std::vector<Outcome>*(const double* numbers)>;

/// Numbers that leave the least squares, `ridge` times themselves, number by number, counted as residuals too; begins at
/// `start`, from where the simulation must not diverge, and ends where a step gains less than that share of the squares
/// (Levenberg-Marquardt, Ceres' TinySolver).
std::vector<double> least_squares_of_beginning(const std::vector<double>& start, const std::vector<double>& ridge,
                                               double tolerance, const FromBeginning& simulate);

/// Jacobians have `directions` columns for theta and one more for every entry of `ridge`, a number at its least squares.
/// Keeps the former, less what these numbers make up for. By outcome the first `early` residuals are those that they were
/// fitted to; they are removed, but where `keep_early`. `early` is null where they were fitted to all, which stay.
void take_out_beginning(std::vector<Outcome>& outcomes, const std::vector<std::size_t>* early, int directions,
                        const std::vector<double>& ridge, bool keep_early = false);

}  // namespace rule_search
