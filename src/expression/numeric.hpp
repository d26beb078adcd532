// The value of an expression for given numbers: small, plain, and for tests of equality rather than speed.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "expression/expression.hpp"

namespace rule_search {

/// A connection from m presynaptic to n postsynaptic neurons.
struct Numbers {
  /// By quantity: columns n x 1 or m x 1, weights n x m.
  std::array<Eigen::MatrixXd, quantity_count> quantities;
  std::vector<double> parameters;
  /// States and signals are drawn, the same ones for the same number: by `draw`, or without it with both signs, none near 0.
  std::uint64_t drawn = 0;
  std::function<double(std::mt19937_64&)> draw;

  Eigen::MatrixXd& operator[](Quantity q) { return quantities[static_cast<std::size_t>(q)]; }
  const Eigen::MatrixXd& operator[](Quantity q) const { return quantities[static_cast<std::size_t>(q)]; }
};

/// Columns are n x 1 or m x 1, numbers 1 x 1. What is not defined (the logarithm of -1) is NaN.
Eigen::MatrixXd value(const Expr& e, const Numbers& numbers);

}  // namespace rule_search
