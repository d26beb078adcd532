// Nonlinear least squares with bounds by a trust region. The only place behind which Ceres is known.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace rule_search {

struct LeastSquares {
  /// Fills `residuals`, and `jacobian` (residuals x parameters, row by row) unless it is null. Returns false
  /// where the point can't be evaluated; the trust region then shrinks and the fit goes on.
  std::function<bool(const std::vector<double>& theta, std::vector<double>& residuals, std::vector<double>* jacobian)>
      evaluate;
  int residuals = 0;
  std::vector<double> start, lower, upper;
  /// Typical size of a change of each parameter; the fit works on theta / scale, and where a parameter is `positive` on
  /// its logarithm, whose typical change is scale / start.
  std::vector<double> scale;
  std::vector<bool> positive;  ///< empty for none
};

/// Where a fit is after an iteration.
struct LeastSquaresStep {
  int iteration;
  double cost;  ///< half the sum of squares at the point that was tried
  const std::vector<double>& best;
  double best_cost;
  std::size_t accepted;  ///< points, the start among them
};

struct LeastSquaresOptions {
  int iterations = 12;
  double initial_radius = 1;  ///< of the trust region, in scaled parameters
  /// Ends where `patience` accepted steps in a row have each lowered the cost by less than this share. One
  /// alone says little: after failed evaluations the trust region is small, and so is what a step can gain.
  double function_tolerance = 2e-3;
  int patience = 2;
  double good_enough = 0;  ///< ends where the cost is not above this
  /// Called after every iteration; false ends the fit.
  std::function<bool(const LeastSquaresStep&)> progress;
};

struct LeastSquaresResult {
  bool usable = false;                       ///< false where not even the start could be evaluated
  std::vector<double> theta;                 ///< the best point that was evaluated
  std::vector<std::vector<double>> history;  ///< the accepted points, from the start on
  double cost = 0;                           ///< there, half the sum of squared residuals
  int iterations = 0;
  bool converged = false;
  bool given_up = false;  ///< ended by `progress`
  std::string message;
};

LeastSquaresResult minimise(const LeastSquares& problem, const LeastSquaresOptions& options);

}  // namespace rule_search
