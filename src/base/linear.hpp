// Small linear algebra that more than one room needs.
#pragma once

#include <Eigen/Dense>
#include <limits>

namespace rule_search {

/// A symmetric matrix with a hundred-millionth more on its diagonal: entries that hardly matter must not make it singular.
inline Eigen::MatrixXd regularised(Eigen::MatrixXd h) {
  for (Eigen::Index k = 0; k < h.rows(); ++k) h(k, k) += 1e-8 * h(k, k) + std::numeric_limits<double>::min();
  return h;
}

}  // namespace rule_search
