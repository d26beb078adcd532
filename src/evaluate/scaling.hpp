// Changes of the weights that are not outer products: applied to them at once.
#pragma once

#include "evaluate/registers.hpp"

namespace rule_search {

/// w becomes (1 + scale + scale_rows_i + scale_cols_j) w in the columns from `first` on, with tangents.
template <class T>
void scale_weights(const plan::Plan& plan, const Registers<T>& registers, const kernels::Weights<T>& w, int first);

/// Adds the matrices of the plan that are computed by element.
template <class T>
void add_dense(const plan::Plan& plan, const Registers<T>& registers, const kernels::Weights<T>& w);

}  // namespace rule_search
