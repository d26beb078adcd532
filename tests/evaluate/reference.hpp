// The oracle of the evaluator's tests: an episode with scalar loops over automatic-differentiation numbers.
// Nothing is shared with the program but the syntax of expressions: shapes, plan, kernels and tangents are
// all its own.
#pragma once

#include <cmath>
#include <vector>

#include "expression/rule.hpp"
#include "objectives/few_shot/episode.hpp"

namespace reference {

using namespace rule_search;

/// A number with its derivatives by all parameters.
struct Dual {
  double v = 0;
  std::vector<double> d;
};

class Walk {
 public:
  explicit Walk(std::size_t parameters) : n_(parameters) {}

  Dual constant(double v) const { return {v, std::vector<double>(n_, 0.0)}; }
  Dual variable(double v, std::size_t k) const {
    Dual x = constant(v);
    x.d[k] = 1;
    return x;
  }
  Dual map(const Dual& x, double value, double slope) const {
    Dual out = constant(value);
    for (std::size_t k = 0; k < n_; ++k) out.d[k] = slope * x.d[k];
    return out;
  }
  Dual add(const Dual& a, const Dual& b, double sign = 1) const {
    Dual out = constant(a.v + sign * b.v);
    for (std::size_t k = 0; k < n_; ++k) out.d[k] = a.d[k] + sign * b.d[k];
    return out;
  }
  Dual times(const Dual& a, const Dual& b) const {
    Dual out = constant(a.v * b.v);
    for (std::size_t k = 0; k < n_; ++k) out.d[k] = a.d[k] * b.v + a.v * b.d[k];
    return out;
  }
  Dual over(const Dual& a, const Dual& b) const { return times(a, map(b, 1 / b.v, -1 / (b.v * b.v))); }
  Dual exp(const Dual& a) const { return map(a, std::exp(a.v), std::exp(a.v)); }
  Dual log(const Dual& a) const { return map(a, std::log(a.v), 1 / a.v); }
  Dual power(const Dual& a, const Dual& b) const {
    Dual out = constant(std::pow(a.v, b.v));
    for (std::size_t k = 0; k < n_; ++k) {
      // The language says: a root depends on nothing at 0, where it has no derivative.
      const bool root_of_nothing = a.v == 0 && b.v > 0 && b.v < 1;
      out.d[k] = (root_of_nothing ? 0 : b.v * std::pow(a.v, b.v - 1) * a.d[k]) +
                 (b.d[k] == 0 || a.v == 0 ? 0 : out.v * std::log(a.v) * b.d[k]);
    }
    return out;
  }

 private:
  std::size_t n_;
};

/// A matrix of any size, numbers and columns included.
struct Matrix {
  std::size_t rows = 1, cols = 1;
  std::vector<Dual> x;
  Dual& at(std::size_t r, std::size_t c) { return x[r * cols + c]; }
  const Dual& at(std::size_t r, std::size_t c) const { return x[r * cols + c]; }
};

/// After the whole episode.
struct Result {
  std::vector<Dual> query_losses;
  std::vector<Matrix> weights;  ///< one a connection, ordered by the layer it leads to, then by where it is from
  std::vector<Matrix> feedback_weights;  ///< as the episode has them, or what became of them where they learn
};

/// `theta` has one value a parameter, of a parameter by layer one a connection.
Result result(const Rule& rule, const std::vector<double>& theta, const Episode& episode);
/// Mean query loss with its gradient.
Dual query_loss(const Result& result);
Dual query_loss(const Rule& rule, const std::vector<double>& theta, const Episode& episode);

}  // namespace reference
