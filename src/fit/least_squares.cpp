#include "fit/least_squares.hpp"

#include <ceres/ceres.h>
#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

namespace rule_search {

namespace {

// Between theta and what Ceres moves: a scale, and for what is positive the logarithm. Bounds of these are not told to
// Ceres, which in a problem with bounds searches along every step, also far from them: that took three times as long and
// ended a hundred times further from the minimum. Beyond a bound all is as on it, with slope 0.
class Coordinates {
 public:
  explicit Coordinates(const LeastSquares& problem) : problem_(problem) {}
  bool logarithmic(std::size_t k) const { return !problem_.positive.empty() && problem_.positive[k]; }
  double scale(std::size_t k) const {
    return logarithmic(k) ? problem_.scale[k] / problem_.start[k] : problem_.scale[k];
  }
  double to(std::size_t k, double theta) const { return (logarithmic(k) ? std::log(theta) : theta) / scale(k); }
  double from(std::size_t k, double x) const {
    return logarithmic(k) ? std::clamp(std::exp(x * scale(k)), problem_.lower[k], problem_.upper[k]) : x * scale(k);
  }
  bool beyond(std::size_t k, double x) const {
    constexpr double rounding = 1e-12;
    if (!logarithmic(k)) return false;
    const double theta = std::exp(x * scale(k));
    return theta < (1 - rounding) * problem_.lower[k] || theta > (1 + rounding) * problem_.upper[k];
  }
  /// d theta / dx at x.
  double slope(std::size_t k, double x) const {
    return beyond(k, x) ? 0 : logarithmic(k) ? from(k, x) * scale(k) : scale(k);
  }

 private:
  const LeastSquares& problem_;
};

/// The best point that was evaluated; Ceres gives the start back where it ends in a failure.
struct Best {
  std::vector<double> theta;
  double cost = 0;
};

class Progress : public ceres::IterationCallback {
 public:
  /// `x` is where Ceres keeps its point.
  Progress(const LeastSquaresOptions& options, const std::vector<double>& x, const Coordinates& coordinates,
           const Best& best)
      : options_(options), x_(x), coordinates_(coordinates), best_(best) {}

  void begin() {
    next_ = 0;
    foreseen_ = false;
  }

  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    const bool accepted = summary.iteration == 0 || summary.step_is_successful;
    if (accepted) {
      history_.push_back(x_);
      for (std::size_t k = 0; k < x_.size(); ++k) history_.back()[k] = coordinates_.from(k, x_[k]);
    }
    if (!foreseen_) judge(summary.iteration, summary.cost, summary.cost_change, accepted, history_.size());
    foreseen_ = false;
    next_ = summary.iteration + 1;
    if (accepted) cost_ = summary.cost;  // else it is that of the step
    return given_up_ || converged_ ? ceres::SOLVER_TERMINATE_SUCCESSFULLY : ceres::SOLVER_CONTINUE;
  }

  /// Whether the fit ends with this step, which is accepted and has this cost: its derivatives are of no use then. What is
  /// said here, the callback does.
  bool ends_with(double cost) {
    if (next_ == 0) return false;
    judge(next_, cost, cost_ - cost, true, history_.size() + 1);
    foreseen_ = true;
    return given_up_ || converged_ || next_ >= options_.iterations;
  }

  bool converged() const { return converged_; }
  bool given_up() const { return given_up_; }
  const std::vector<std::vector<double>>& history() const { return history_; }

 private:
  void judge(int iteration, double cost, double change, bool accepted, std::size_t points) {
    given_up_ = converged_ = false;
    if (options_.progress && !options_.progress({iteration, cost, best_.theta, best_.cost, points})) {
      given_up_ = true;
    } else if (cost <= options_.good_enough) {
      converged_ = true;
    } else if (iteration > 0 && accepted) {
      idle_ = change < options_.function_tolerance * cost ? idle_ + 1 : 0;
      converged_ = idle_ >= options_.patience;
    }
  }

  const LeastSquaresOptions& options_;
  const std::vector<double>& x_;
  const Coordinates& coordinates_;
  const Best& best_;
  std::vector<std::vector<double>> history_;
  int next_ = 0;           // iteration
  double cost_ = 0;        // of the point that Ceres is at
  bool foreseen_ = false;  // the next iteration is judged already
  int idle_ = 0;
  bool converged_ = false;
  bool given_up_ = false;
};

class Residuals : public ceres::CostFunction {
 public:
  /// Where `progress` is given, derivatives at its last point are left out.
  Residuals(const LeastSquares& problem, Progress* progress, Best& best)
      : problem_(problem), coordinates_(problem), progress_(progress), best_(best) {
    set_num_residuals(problem.residuals);
    mutable_parameter_block_sizes()->push_back(static_cast<int>(problem.start.size()));
  }

  bool Evaluate(double const* const* blocks, double* residuals, double** jacobians) const override {
    const std::size_t size = problem_.start.size();
    std::vector<double> theta(size);
    for (std::size_t k = 0; k < size; ++k) theta[k] = coordinates_.from(k, blocks[0][k]);
    std::vector<double> r;
    std::vector<double> j;
    const bool asked = jacobians != nullptr && jacobians[0] != nullptr;
    // Ceres asks for derivatives where it has accepted a step, whose residuals are known.
    const bool last = asked && progress_ != nullptr && theta == tried_ && progress_->ends_with(tried_cost_);
    const bool slopes = asked && !last;
    if (!problem_.evaluate(theta, r, slopes ? &j : nullptr)) return false;
    std::copy(r.begin(), r.end(), residuals);
    double cost = 0;
    for (double x : r) cost += 0.5 * x * x;
    if (!asked) {
      tried_ = theta;
      tried_cost_ = cost;
    }
    if (last) std::fill_n(jacobians[0], r.size() * size, 0.0);
    if (best_.theta.empty() || cost < best_.cost) best_ = {theta, cost};
    if (slopes) {
      for (std::size_t i = 0; i < j.size(); ++i)
        jacobians[0][i] = j[i] * coordinates_.slope(i % size, blocks[0][i % size]);
    }
    return true;
  }

 private:
  const LeastSquares& problem_;
  Coordinates coordinates_;
  Progress* progress_;
  mutable std::vector<double> tried_;  // where residuals alone were asked for last
  mutable double tried_cost_ = 0;
  Best& best_;
};

// Whether something that stepped over a bound would come back from it: where the best point lies on the bound and the
// cost falls inwards, by more than fits are carried on for.
bool comes_back(const LeastSquares& problem, const LeastSquaresOptions& options, const Coordinates& coordinates,
                const std::vector<double>& x, const std::vector<double>& best) {
  const std::size_t size = x.size();
  std::vector<double> r;
  std::vector<double> j;
  for (std::size_t k = 0; k < size; ++k) {
    if (!coordinates.beyond(k, x[k])) continue;
    if (r.empty() && !problem.evaluate(best, r, &j)) return false;
    double cost = 0;
    double gradient = 0;
    double curvature = 0;
    for (std::size_t i = 0; i < r.size(); ++i) {
      cost += 0.5 * r[i] * r[i];
      gradient += r[i] * j[i * size + k];
      curvature += j[i * size + k] * j[i * size + k];
    }
    const bool inwards = best[k] <= problem.lower[k] ? gradient < 0 : best[k] >= problem.upper[k] && gradient > 0;
    if (inwards && 0.5 * gradient * gradient > options.function_tolerance * cost * curvature) return true;
  }
  return false;
}

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
  for (std::size_t k = 0; k < size; ++k) x[k] = coordinates.to(k, problem.start[k]);

  ceres::Problem ceres_problem;
  Best best;
  Progress progress(options, x, coordinates, best);
  bool bounded = false;
  for (std::size_t k = 0; k < size; ++k) {
    bounded = bounded ||
              (!coordinates.logarithmic(k) && (std::isfinite(problem.lower[k]) || std::isfinite(problem.upper[k])));
  }
  // With bounds Ceres asks for derivatives at other points as well.
  ceres_problem.AddResidualBlock(new Residuals(problem, bounded ? nullptr : &progress, best), nullptr, x.data());
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
  solver.update_state_every_iteration = true;  // so that the callback sees the accepted point
  solver.callbacks.push_back(&progress);

  ceres::Solver::Summary summary;
  progress.begin();
  ceres::Solve(solver, &ceres_problem, &summary);
  // A step can be too long and end beyond a bound, better than before, but not where the best is.
  constexpr int returns = 3;
  for (int k = 0; k < returns && !progress.given_up() && !best.theta.empty(); ++k) {
    if (!comes_back(problem, options, coordinates, x, best.theta)) break;
    for (std::size_t i = 0; i < size; ++i) x[i] = coordinates.to(i, best.theta[i]);
    progress.begin();
    ceres::Solve(solver, &ceres_problem, &summary);
  }

  LeastSquaresResult result;
  result.message = summary.message;
  result.usable = !best.theta.empty();
  result.converged = progress.converged() || summary.termination_type == ceres::CONVERGENCE;
  result.given_up = progress.given_up();
  result.iterations = static_cast<int>(summary.iterations.size());
  result.cost = best.cost;
  result.theta = best.theta;
  result.history = progress.history();
  return result;
}

}  // namespace rule_search
