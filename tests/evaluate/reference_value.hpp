// What an expression is at a step: the part of the oracle that knows operators and quantities, and no network.
#pragma once

#include "reference.hpp"

namespace reference {

/// One connection at a step. `theta` has one value a parameter, as it is in this connection.
struct Place {
  const Walk& walk;
  const std::vector<Dual>& theta;
  Matrix pre, post, err_pre, err_post, w;
  Matrix noise_pre, noise_post, shuffled_err_pre, shuffled_err_post, net;
  const std::vector<Matrix>& states;
  Matrix gate = {};                  // softplus neurons have none
  std::vector<Matrix> signals = {};  // few-shot tasks give none
};

Matrix shaped(std::size_t rows, std::size_t cols, const Dual& fill);
Matrix value(const Expr& e, const Place& p);

}  // namespace reference
