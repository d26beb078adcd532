// How far the weights of a connection are from orthonormal rows, as the activity of its cells sees it.
#pragma once

#include <vector>

namespace rule_search {

/// |z - W W' y|^2 with z = W x, the input current of the cells after a connection, and y their activity
/// (Shervani-Tabar & Rosenbaum 2023). W' y is the input that the cells after would rebuild; with orthonormal
/// rows and linear cells nothing is left. `w` has y.size() rows, row by row.
double orthonormality_error(const std::vector<double>& w, const std::vector<double>& y, const std::vector<double>& z);

}  // namespace rule_search
