// How far the weights of a connection are from orthonormal rows, as the activity of its neurons sees it.
#pragma once

#include <vector>

#include "network/engine.hpp"

namespace rule_search {

/// |z - W W' y|^2 with z = W x, the input current of the postsynaptic neurons, and y their activity (Shervani-Tabar &
/// Rosenbaum 2023). W' y is the input that the postsynaptic neurons would rebuild; with orthonormal rows and linear neurons
/// nothing is left. `w` has y.size() rows, row by row.
double orthonormality_error(const std::vector<double>& w, const std::vector<double>& y, const std::vector<double>& z);

/// Adds to sums[c] the error of connection c for the sample that was last sent forward, where z is what that connection
/// adds to the input current. `weights`: a matrix a connection.
template <class T>
void add_orthonormality_errors(const std::vector<std::vector<double>>& weights, const Engine<T>& engine,
                               std::vector<double>& sums);

}  // namespace rule_search
