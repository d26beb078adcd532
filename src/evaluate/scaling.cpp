#include "evaluate/scaling.hpp"

#include <algorithm>
#include <cmath>

namespace rule_search {

using plan::none;

template <class T>
void look_at_scale_of_columns(const plan::Plan& plan, const Registers<T>& registers, const kernels::Weights<T>& w,
                              std::vector<const T*>& scale_cols) {
  scale_cols.assign(static_cast<std::size_t>(w.planes), nullptr);
  if (plan.scale_cols == none) return;
  const Register<T>& scale = registers[plan.scale_cols];
  for (int p = 0; p < (scale.active ? w.planes : 1); ++p) {
    const T* const cols = scale.data + p * scale.plane;
    // Of candidates that stand at 0 all but one plane are.
    if (std::any_of(cols, cols + w.cols, [](T x) { return x != 0; })) scale_cols[static_cast<std::size_t>(p)] = cols;
  }
}

template <class T>
void scale_weights(const plan::Plan& plan, const Registers<T>& registers, const std::vector<const T*>& scale_cols,
                   const kernels::Weights<T>& w, RowRange rows, int first) {
  const auto part = [&](int v, int p, int at) {
    if (v == none || (p > 0 && !registers[v].active)) return T(0);
    return registers[v].data[p * registers[v].plane + at];
  };
  const T* const value_cols = scale_cols[0];
  for (int p = w.planes - 1; p >= 0; --p) {
    const T* const tangent_cols = p == 0 ? nullptr : scale_cols[static_cast<std::size_t>(p)];
    for (int i = rows.from; i < rows.to; ++i) {
      const T* const w0 = w.data + i * w.stride;
      T* const wp = w.data + i * w.stride + p * w.plane;
      const T value = 1 + part(plan.scale, 0, 0) + part(plan.scale_rows, 0, i);
      const T tangent = p == 0 ? T(0) : part(plan.scale, p, 0) + part(plan.scale_rows, p, i);
      if (value_cols != nullptr) {
        for (int j = first; j < w.cols; ++j) wp[j] *= value + value_cols[j];
      } else if (value != 1) {
        for (int j = first; j < w.cols; ++j) wp[j] *= value;
      }
      if (tangent_cols != nullptr) {
        for (int j = first; j < w.cols; ++j) wp[j] += (tangent + tangent_cols[j]) * w0[j];
      } else if (tangent != 0) {
        for (int j = first; j < w.cols; ++j) wp[j] += tangent * w0[j];
      }
    }
  }
}

template <class T>
void add_dense(const plan::Plan& plan, const Registers<T>& registers, const kernels::Weights<T>& w, RowRange rows) {
  for (const plan::Term& t : plan.dense) {
    const Register<T>& x = registers[t.value];
    const Register<T>* f = t.factor.coefficient == none ? nullptr : &registers[t.factor.coefficient];
    const T number = static_cast<T>(t.factor.number);
    const T factor = f != nullptr ? number * f->data[0] : number;
    // A candidate's coefficient is 0 and depends on no other one: all but one of its planes add nothing.
    const auto add = [&](T by, int from, int to) {
      if (by == 0) return;
      if (x.down == w.width() && w.stride == w.width()) {  // rows that lie one after the other are one long one
        kernels::table<T>().add((rows.to - rows.from) * w.width(), by, x.data + from * x.plane + rows.from * x.down,
                                w.data + to * w.plane + rows.from * w.stride);
        return;
      }
      for (int i = rows.from; i < rows.to; ++i)
        kernels::table<T>().add(w.width(), by, x.data + from * x.plane + i * x.down,
                                w.data + to * w.plane + i * w.stride);
    };
    for (int p = w.planes - 1; p > 0; --p) {
      if (x.active) add(factor, p, p);
      if (f != nullptr && f->active) add(number * f->data[p * f->plane], 0, p);
    }
    add(factor, 0, 0);
  }
}

template <class T>
void bound_rows(const kernels::Weights<T>& w, T most) {
  for (int i = 0; i < w.rows; ++i) {
    T* const row = w.data + i * w.stride;
    const T square = kernels::table<T>().square_norm(w.width(), row);
    if (square <= most * most || !std::isfinite(square)) continue;  // what runs away is not made to look right
    const T by = most / std::sqrt(square);
    for (int p = 1; p < w.planes; ++p) {
      T* const tangent = row + p * w.plane;
      T along = 0;
      for (int j = 0; j < w.cols; ++j) along += row[j] * tangent[j];
      for (int j = 0; j < w.cols; ++j) tangent[j] = by * (tangent[j] - row[j] * along / square);
    }
    for (int j = 0; j < w.cols; ++j) row[j] *= by;
  }
}

template void look_at_scale_of_columns(const plan::Plan&, const Registers<float>&, const kernels::Weights<float>&,
                                       std::vector<const float*>&);
template void look_at_scale_of_columns(const plan::Plan&, const Registers<double>&, const kernels::Weights<double>&,
                                       std::vector<const double*>&);
template void scale_weights(const plan::Plan&, const Registers<float>&, const std::vector<const float*>&,
                            const kernels::Weights<float>&, RowRange, int);
template void scale_weights(const plan::Plan&, const Registers<double>&, const std::vector<const double*>&,
                            const kernels::Weights<double>&, RowRange, int);
template void add_dense(const plan::Plan&, const Registers<float>&, const kernels::Weights<float>&, RowRange);
template void add_dense(const plan::Plan&, const Registers<double>&, const kernels::Weights<double>&, RowRange);
template void bound_rows(const kernels::Weights<float>&, float);
template void bound_rows(const kernels::Weights<double>&, double);

}  // namespace rule_search
