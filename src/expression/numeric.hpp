// The value of an expression for given numbers: small, plain, and for tests of equality rather than speed.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "expression/expression.hpp"

namespace rule_search {

/// A connection from m presynaptic to n postsynaptic cells.
struct Numbers {
  Eigen::VectorXd pre, err_pre;    ///< m
  Eigen::VectorXd post, err_post;  ///< n
  Eigen::VectorXd noise_pre, noise_post, shuffled_err_pre, shuffled_err_post;
  Eigen::MatrixXd w;  ///< n x m
  std::vector<double> parameters;
  /// States and signals are drawn, the same ones for the same number: with both signs, none near 0.
  std::uint64_t drawn = 0;
};

/// Columns are n x 1 or m x 1, numbers 1 x 1. What is not defined (the logarithm of -1) is NaN.
Eigen::MatrixXd value(const Expr& e, const Numbers& numbers);

}  // namespace rule_search
