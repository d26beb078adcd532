// What outer products of columns with tangents add to each plane of a matrix.
#pragma once

#include <vector>

#include "evaluate/kernels/table.hpp"

namespace rule_search {

/// The derivative of left * right' is two outer products, and fewer where a column has no tangent or is 0. Columns must stay
/// where they are until the pass is over.
template <class T>
class Parts {
 public:
  /// Of left[k] * right[k]' for all k.
  void find(int planes, const std::vector<kernels::Column<T>>& left, const std::vector<kernels::Column<T>>& right) {
    parts_.clear();
    from_.assign(1, 0);
    for (int p = 0; p < planes; ++p) {
      for (std::size_t k = 0; k < left.size(); ++k) {
        const kernels::Column<T>& l = left[k];
        const kernels::Column<T>& r = right[k];
        if ((p == 0 || l.active) && !l.zero(p) && !r.zero(0)) parts_.push_back({l.data + p * l.plane, r.data});
        if (p > 0 && r.active && !r.zero(p) && !l.zero(0)) parts_.push_back({l.data, r.data + p * r.plane});
      }
      from_.push_back(static_cast<int>(parts_.size()));
    }
  }
  void add_to(kernels::Pass<T>& pass) const {
    pass.parts = parts_.data();
    pass.parts_from = from_.data();
  }

 private:
  std::vector<kernels::Part<T>> parts_;
  std::vector<int> from_;
};

}  // namespace rule_search
