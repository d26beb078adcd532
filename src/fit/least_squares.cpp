#include "fit/least_squares.hpp"

#include <ceres/ceres.h>
#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

namespace rule_search {

namespace {

// Between theta and what Ceres moves. What is positive moves on the logarithm of its distance from its lower bound, over
// that from its upper one where there is one, so that no step leaves the bounds and Ceres need not know of them: in a
// problem with bounds it searches along every step, also far from them, which took three times as long and ended a
// hundred times further from the minimum.
class Coordinates {
 public:
  explicit Coordinates(const LeastSquares& problem) : problem_(problem) {
    for (std::size_t k = 0; k < problem.start.size(); ++k)
      scale_.push_back(logarithmic(k) ? problem.scale[k] / stretch(k, inside(k)) : problem.scale[k]);
  }
  bool logarithmic(std::size_t k) const {
    return !problem_.positive.empty() && problem_.positive[k] && problem_.lower[k] < problem_.upper[k];
  }
  /// Where the fit begins: at the problem's start, or a little inside where that is on a bound.
  double start(std::size_t k) const { return to(k, logarithmic(k) ? inside(k) : problem_.start[k]); }
  bool starts_elsewhere(std::size_t k) const { return logarithmic(k) && inside(k) != problem_.start[k]; }
  double to(std::size_t k, double theta) const {
    if (!logarithmic(k)) return theta / scale_[k];
    const double low = problem_.lower[k];
    const double high = problem_.upper[k];
    return std::log(std::isfinite(high) ? (theta - low) / (high - theta) : theta - low) / scale_[k];
  }
  double from(std::size_t k, double x) const {
    if (!logarithmic(k)) return x * scale_[k];
    const double low = problem_.lower[k];
    const double high = problem_.upper[k];
    return std::isfinite(high) ? std::min(high, low + (high - low) / (1 + std::exp(-x * scale_[k])))
                               : low + std::exp(x * scale_[k]);
  }
  /// False where theta is so near to a bound that nothing would move from there any more.
  bool movable(std::size_t k, double theta) const {
    if (!logarithmic(k)) return true;
    constexpr double least = 1e-6;
    const double low = problem_.lower[k];
    const double high = problem_.upper[k];
    return theta - low > least * std::min(low, high - low) &&
           (!std::isfinite(high) || high - theta > least * std::min(high, high - low));
  }
  /// d theta / dx at theta.
  double slope(std::size_t k, double theta) const {
    return logarithmic(k) ? stretch(k, theta) * scale_[k] : scale_[k];
  }

 private:
  // On a bound nothing would move any more.
  double inside(std::size_t k) const {
    constexpr double share = 0.01;
    const double low = problem_.lower[k];
    const double high = problem_.upper[k];
    const double quarter = 0.25 * (high - low);
    const double above = low + std::min(share * low, quarter);
    const double below = std::isfinite(high) ? high - std::min(share * high, quarter) : high;
    return std::clamp(problem_.start[k], above, below);
  }
  // d theta / d logarithm.
  double stretch(std::size_t k, double theta) const {
    const double low = problem_.lower[k];
    const double high = problem_.upper[k];
    return std::isfinite(high) ? (theta - low) * (high - theta) / (high - low) : theta - low;
  }

  const LeastSquares& problem_;
  std::vector<double> scale_;
};

class Residuals : public ceres::CostFunction {
 public:
  explicit Residuals(const LeastSquares& problem) : problem_(problem), coordinates_(problem) {
    set_num_residuals(problem.residuals);
    mutable_parameter_block_sizes()->push_back(static_cast<int>(problem.start.size()));
  }

  bool Evaluate(double const* const* blocks, double* residuals, double** jacobians) const override {
    const std::size_t size = problem_.start.size();
    std::vector<double> theta(size);
    for (std::size_t k = 0; k < size; ++k) {
      theta[k] = coordinates_.from(k, blocks[0][k]);
      if (!coordinates_.movable(k, theta[k])) return false;
    }
    std::vector<double> r;
    std::vector<double> j;
    const bool slopes = jacobians != nullptr && jacobians[0] != nullptr;
    if (!problem_.evaluate(theta, r, slopes ? &j : nullptr)) return false;
    std::copy(r.begin(), r.end(), residuals);
    offer(theta, r);
    if (slopes) {
      for (std::size_t i = 0; i < j.size(); ++i)
        jacobians[0][i] = j[i] * coordinates_.slope(i % size, theta[i % size]);
    }
    return true;
  }

  /// The problem's own start is a point like others, also where Ceres begins elsewhere.
  void offer_start() {
    std::vector<double> r;
    if (problem_.evaluate(problem_.start, r, nullptr)) offer(problem_.start, r);
  }

  /// The best point that was evaluated; Ceres gives the start back where it ends in a failure.
  const std::vector<double>& best() const { return best_; }
  double best_cost() const { return best_cost_; }

 private:
  void offer(const std::vector<double>& theta, const std::vector<double>& r) const {
    double cost = 0;
    for (double x : r) cost += 0.5 * x * x;
    if (!best_.empty() && !(cost < best_cost_)) return;
    best_ = theta;
    best_cost_ = cost;
  }

  const LeastSquares& problem_;
  Coordinates coordinates_;
  mutable std::vector<double> best_;
  mutable double best_cost_ = 0;
};

class Progress : public ceres::IterationCallback {
 public:
  /// `x` is where Ceres keeps its point.
  Progress(const LeastSquaresOptions& options, const std::vector<double>& x, const Coordinates& coordinates)
      : options_(options), x_(x), coordinates_(coordinates) {}
  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    if (summary.iteration == 0 || summary.step_is_successful) {
      history_.push_back(x_);
      for (std::size_t k = 0; k < x_.size(); ++k) history_.back()[k] = coordinates_.from(k, x_[k]);
    }
    if (options_.progress && !options_.progress(summary.iteration, summary.cost)) {
      given_up_ = true;
      return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
    }
    if (summary.cost <= options_.good_enough) {
      converged_ = true;
      return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
    }
    if (summary.iteration == 0 || !summary.step_is_successful) return ceres::SOLVER_CONTINUE;
    idle_ = summary.cost_change < options_.function_tolerance * summary.cost ? idle_ + 1 : 0;
    if (idle_ < options_.patience) return ceres::SOLVER_CONTINUE;
    converged_ = true;
    return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
  }
  bool converged() const { return converged_; }
  bool given_up() const { return given_up_; }
  const std::vector<std::vector<double>>& history() const { return history_; }

 private:
  const LeastSquaresOptions& options_;
  const std::vector<double>& x_;
  const Coordinates& coordinates_;
  std::vector<std::vector<double>> history_;
  int idle_ = 0;
  bool converged_ = false;
  bool given_up_ = false;
};

// Failed evaluations are part of a fit here and reported by us, so Ceres' own warnings about them are kept
// quiet.
void quiet_log() {
  static std::once_flag once;
  std::call_once(once, [] {
    FLAGS_minloglevel = google::GLOG_FATAL;
    if (!google::IsGoogleLoggingInitialized()) google::InitGoogleLogging("rule-search");
  });
}

}  // namespace

LeastSquaresResult minimise(const LeastSquares& problem, const LeastSquaresOptions& options) {
  quiet_log();
  const std::size_t size = problem.start.size();
  std::vector<double> x(size);
  const Coordinates coordinates(problem);
  for (std::size_t k = 0; k < size; ++k) x[k] = coordinates.start(k);

  ceres::Problem ceres_problem;
  auto* const residuals = new Residuals(problem);  // the problem's from here on
  bool elsewhere = false;
  for (std::size_t k = 0; k < size; ++k) elsewhere = elsewhere || coordinates.starts_elsewhere(k);
  if (elsewhere) residuals->offer_start();
  ceres_problem.AddResidualBlock(residuals, nullptr, x.data());
  for (std::size_t k = 0; k < size; ++k) {
    const int at = static_cast<int>(k);
    if (coordinates.logarithmic(k)) continue;
    if (const double lower = coordinates.to(k, problem.lower[k]); std::isfinite(lower))
      ceres_problem.SetParameterLowerBound(x.data(), at, lower);
    if (const double upper = coordinates.to(k, problem.upper[k]); std::isfinite(upper))
      ceres_problem.SetParameterUpperBound(x.data(), at, upper);
  }
  ceres::Solver::Options solver;
  solver.max_num_iterations = options.iterations;
  solver.initial_trust_region_radius = options.initial_radius;
  solver.function_tolerance = 1e-9;  // ours is in the callback
  solver.parameter_tolerance = 1e-5;
  solver.gradient_tolerance = 1e-12;
  solver.linear_solver_type = ceres::DENSE_QR;
  solver.max_num_consecutive_invalid_steps = 12;
  solver.min_trust_region_radius = 1e-9;
  solver.logging_type = ceres::SILENT;
  Progress progress(options, x, coordinates);
  solver.update_state_every_iteration = true;  // so that the callback sees the accepted point
  solver.callbacks.push_back(&progress);

  ceres::Solver::Summary summary;
  ceres::Solve(solver, &ceres_problem, &summary);

  LeastSquaresResult result;
  result.message = summary.message;
  result.usable = !residuals->best().empty();
  result.converged = progress.converged() || summary.termination_type == ceres::CONVERGENCE;
  result.given_up = progress.given_up();
  result.iterations = static_cast<int>(summary.iterations.size());
  result.cost = residuals->best_cost();
  result.theta = residuals->best();
  result.history = progress.history();
  return result;
}

}  // namespace rule_search
