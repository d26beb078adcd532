// How neurons respond to their input current.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace rule_search {

/// Each has a row in cells.cpp, in the same order.
enum class Activation { linear, softplus, relu, sigmoid, tanh };

/// What there is to know of an activation. `beta` is the sharpness of softplus, log(1 + exp(beta z)) / beta; others do
/// without.
struct Cell {
  Activation activation;
  const char* name;
  /// y = f(z) and dy/dz of n neurons with the input currents z.
  void (*respond)(double beta, int n, const double* z, double* y, double* derivative);
};

std::span<const Cell> cells();
const Cell& cell(Activation activation);
inline const char* name(Activation activation) { return cell(activation).name; }
std::optional<Activation> activation_named(const std::string& name);

}  // namespace rule_search
