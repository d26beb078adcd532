// Changes of the weights that are not outer products: applied to them at once.
#pragma once

#include <vector>

#include "evaluate/registers.hpp"

namespace rule_search {

/// Rows of the weights from one to before another.
struct RowRange {
  int from, to;
};

/// By plane: the part of the scale that is a number a column, or null where there is none or all are 0.
template <class T>
void look_at_scale_of_columns(const plan::Plan& plan, const Registers<T>& registers, const kernels::Weights<T>& w,
                              std::vector<const T*>& scale_cols);

/// w becomes (1 + scale + scale_rows_i + scale_cols_j) w in these rows and the columns from `first` on, with tangents.
template <class T>
void scale_weights(const plan::Plan& plan, const Registers<T>& registers, const std::vector<const T*>& scale_cols,
                   const kernels::Weights<T>& w, RowRange rows, int first);

/// Adds the matrices of the plan that are computed by element, in these rows.
template <class T>
void add_dense(const plan::Plan& plan, const Registers<T>& registers, const kernels::Weights<T>& w, RowRange rows);

/// Every row whose Euclidean norm is above `most` is scaled down to it, with tangents.
template <class T>
void bound_rows(const kernels::Weights<T>& w, T most);

}  // namespace rule_search
