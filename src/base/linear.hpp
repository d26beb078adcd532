// Small linear algebra that more than one room needs.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <limits>

namespace rule_search {

namespace linear_detail {

// Eigen adds up products in blocks as large as the caches of the machine, and so in another order on another machine. With
// these sizes, in bytes, results are the same everywhere. Whoever uses Eigen includes this file, so that it holds from the start.
inline const bool blocks_are_the_same_everywhere = [] {
  constexpr std::ptrdiff_t kibibyte = 1024;
  Eigen::setCpuCacheSizes(48 * kibibyte, 2048 * kibibyte, 32768 * kibibyte);
  return true;
}();

}  // namespace linear_detail

/// A symmetric matrix with a hundred-millionth more on its diagonal: entries that hardly matter must not make it singular.
inline Eigen::MatrixXd regularised(Eigen::MatrixXd h) {
  for (Eigen::Index k = 0; k < h.rows(); ++k) h(k, k) += 1e-8 * h(k, k) + std::numeric_limits<double>::min();
  return h;
}

}  // namespace rule_search
