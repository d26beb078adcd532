// Where a recurrent network comes to rest under a constant input, and what it does near by (Sussillo & Barak, Neural Comput.
// 25:626 (2013)).
#pragma once

#include <complex>
#include <vector>

namespace rule_search {

/// Neurons with tau dx/dt = -x + W tanh(x) + I. All matrices row by row.
struct Dynamics {
  int neurons = 1;              ///< N
  std::vector<double> weights;  ///< N x N
  std::vector<double> input;    ///< N: I, the input through its weights
};

/// At a fixed point; times are in units of tau.
struct FixedPoint {
  std::vector<double> x;                          ///< N
  double residual = 0;                            ///< |-x + W tanh(x) + I|
  std::vector<std::complex<double>> eigenvalues;  ///< of the Jacobian, N, the largest real parts first
  /// Departure of the Jacobian from normality, sqrt(|J|^2 - sum |eigenvalue|^2) / |J|, Frobenius norms (Henrici, Numer. Math.
  /// 4:24 (1962)); 0 for a normal matrix.
  double non_normality = 0;
  /// The largest that a small deviation of length 1 becomes at any time before it fades, max over t of |exp(J t)|; infinite
  /// where the point is unstable.
  double transient_gain = 1;

  bool stable() const { return eigenvalues.front().real() < 0; }
  /// Of the slowest mode, -1 / real part; negative where it grows.
  double slowest_time() const { return -1 / eigenvalues.front().real(); }
  /// Of the slowest mode that turns, turns in a unit of time; 0 where none does.
  double frequency() const;
};

/// By damped Newton from each of these starts (N numbers each); those that are the same point are one. In the order in which
/// they were found. Starts from which nothing was found are left out.
std::vector<FixedPoint> fixed_points(const Dynamics& dynamics, const std::vector<std::vector<double>>& starts);

}  // namespace rule_search
