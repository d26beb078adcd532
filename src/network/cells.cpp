#include "network/cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/named.hpp"

namespace rule_search {

namespace {

struct Response {
  double value, derivative;
};

Response linear(double, double z) { return {z, 1}; }

Response softplus(double beta, double z) {
  const double s = beta * z;
  const double t = std::exp(-std::abs(s));
  return {(std::max(s, 0.0) + std::log1p(t)) / beta, (s >= 0 ? 1 : t) / (1 + t)};
}

Response relu(double, double z) { return z > 0 ? Response{z, 1} : Response{0, 0}; }

Response sigmoid(double, double z) {
  const double t = std::exp(-std::abs(z));
  return {(z >= 0 ? 1 : t) / (1 + t), t / ((1 + t) * (1 + t))};
}

Response tanh(double, double z) {
  const double y = std::tanh(z);
  return {y, 1 - y * y};
}

// One call for all neurons, since most of these are short.
template <Response (*of)(double beta, double z)>
void each(double beta, int n, const double* z, double* y, double* derivative) {
  for (int i = 0; i < n; ++i) {
    const Response r = of(beta, z[i]);
    y[i] = r.value;
    derivative[i] = r.derivative;
  }
}

constexpr std::array table = {
    Cell{Activation::linear, "linear", each<linear>}, Cell{Activation::softplus, "softplus", each<softplus>},
    Cell{Activation::relu, "relu", each<relu>},       Cell{Activation::sigmoid, "sigmoid", each<sigmoid>},
    Cell{Activation::tanh, "tanh", each<tanh>},
};

}  // namespace

std::span<const Cell> cells() { return table; }

const Cell& cell(Activation activation) { return table[static_cast<std::size_t>(activation)]; }

std::optional<Activation> activation_named(const std::string& name) {
  return value_named(table, name, &Cell::activation);
}

}  // namespace rule_search
