// Small linear algebra that more than one room needs.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
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

/// How many independent directions a positive semidefinite matrix has, whatever the lengths of its entries: eigenvalues above
/// 1e-9 of the matrix with 1 on its diagonal.
inline std::size_t rank_of(const Eigen::MatrixXd& curvature) {
  const Eigen::Index n = curvature.rows();
  if (n == 0) return 0;
  Eigen::MatrixXd alike = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index a = 0; a < n; ++a) {
    for (Eigen::Index b = 0; b < n; ++b) {
      const double length = std::sqrt(curvature(a, a) * curvature(b, b));
      if (length > 0) alike(a, b) = curvature(a, b) / length;
    }
  }
  constexpr double same = 1e-9;  // of squares
  const Eigen::VectorXd lengths =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(alike, Eigen::EigenvaluesOnly).eigenvalues();
  return static_cast<std::size_t>(std::count_if(lengths.begin(), lengths.end(), [](double x) { return x > same; }));
}

}  // namespace rule_search
