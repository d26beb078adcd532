#include "fit/cross_validation.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/linear.hpp"
#include "base/parallel.hpp"
#include "fit/fit.hpp"
#include "fit/limits.hpp"
#include "fit/quadratic.hpp"
#include "fit/sharing.hpp"
#include "fit/threshold_scan.hpp"
#include "fit/uncertainty.hpp"

namespace rule_search {

namespace {

constexpr std::size_t most_folds = 10;
// A step that gains more than this share of the loss is far, and the model from which it follows may not hold there.
constexpr double far = 0.1;
constexpr int iterations = 8;
constexpr int iterations_from_zero = 50;
// Of the curvature of all units: with less than this the others know nothing of a coefficient.
constexpr double nothing = 1e-6;

/// Of all units but those of a fold: mean gradient and curvature of their loss.
struct Rest {
  Eigen::VectorXd gradient;
  RowMajorMatrix curvature;
  double loss = 0;
};

Rest without_units(const QuadraticModel& model, const std::vector<double>& losses,
                   const std::vector<std::size_t>& left_out) {
  const Eigen::Index n = model.size;
  Rest out{Eigen::VectorXd::Zero(n), RowMajorMatrix::Zero(n, n), 0};
  double count = 0;
  for (std::size_t u = 0; u < losses.size(); ++u) {
    if (std::find(left_out.begin(), left_out.end(), u) != left_out.end()) continue;
    const auto at = static_cast<std::ptrdiff_t>(u);
    out.gradient += Eigen::Map<const Eigen::VectorXd>(model.unit_gradient.data() + at * n, n);
    out.curvature += Eigen::Map<const RowMajorMatrix>(model.unit_curvature.data() + at * n * n, n, n);
    out.loss += losses[u];
    ++count;
  }
  out.gradient /= count;
  out.curvature /= count;
  out.loss /= count;
  return out;
}

}  // namespace

Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                      const Execution& execution, const std::vector<int>& entries) {
  const plan::Plan plan = plan::lower(rule);
  ParameterLayout layout = fit_layout(rule, objective);
  const auto is_fitted = [&](std::size_t k) {
    if (objective.finds_itself(rule.parameters[static_cast<std::size_t>(layout.parameter[k])])) return false;
    return entries.empty() || std::find(entries.begin(), entries.end(), static_cast<int>(k)) != entries.end();
  };
  for (std::size_t k = 0; k < theta.size(); ++k) {
    if (!is_fitted(k)) layout.lower[k] = layout.upper[k] = theta[k];
  }
  const std::size_t units = objective.units(Part::search);
  const std::vector<Fold> folds = objective.folds(most_folds);
  FitRequest request;
  request.objective = &objective;
  request.units = units;
  request.execution = {execution.before, nullptr};  // folds are shared, not what is done for one
  request.entries = entries;
  const std::vector<Outcome> fitted =
      compile(objective, {plan, layout.all(), Precision::float32}, execution)->run(Part::search, units, theta);
  const QuadraticModel model = quadratic_model_of(fitted, theta.size(), request);
  std::vector<double> losses;
  for (const Outcome& o : fitted) losses.push_back(o.loss);

  std::vector<Eigen::Index> free;
  for (std::size_t k = 0; k < theta.size(); ++k) {
    if (is_fitted(k)) free.push_back(static_cast<Eigen::Index>(k));
  }
  const auto rank_of_free = [&free](const RowMajorMatrix& curvature) { return rank_of(curvature(free, free)); };
  const std::size_t rank_of_all =
      theta.empty() || !model.usable
          ? 0
          : rank_of_free(Eigen::Map<const RowMajorMatrix>(model.curvature.data(), model.size, model.size));
  const std::vector<int> thresholds = threshold_entries(rule, layout);
  const auto refitted = [&](const Fold& fold) {
    if (theta.empty() || !model.usable) return theta;
    const Rest rest = without_units(model, losses, fold.units);
    std::vector<double> start = theta;
    bool knows_all = true;
    for (std::size_t k = 0; k < theta.size(); ++k) {
      const auto at = static_cast<Eigen::Index>(k);
      const double all = model.curvature[k * theta.size() + k];
      if (!is_fitted(k) || rest.curvature(at, at) > nothing * all) continue;
      knows_all = false;
      if (is_term(rule.parameters[static_cast<std::size_t>(layout.parameter[k])]))
        start[k] = std::clamp(0.0, layout.lower[k], layout.upper[k]);
    }
    // What all units just determine the others do not: many values are as good, and those that fit all units would be the ones
    // that the unit left out has chosen.
    if (rank_of_free(rest.curvature) < rank_of_all) {
      start = layout.initial;
      for (std::size_t k = 0; k < theta.size(); ++k) {
        // A threshold has no derivative: no fit would move it.
        if (!is_fitted(k) || std::find(thresholds.begin(), thresholds.end(), static_cast<int>(k)) != thresholds.end())
          start[k] = theta[k];
        else if (is_term(rule.parameters[static_cast<std::size_t>(layout.parameter[k])]))
          start[k] = std::clamp(0.0, layout.lower[k], layout.upper[k]);
      }
      FitRequest without = request;
      without.objective = fold.objective.get();
      without.units = fold.objective->units(Part::search);
      without.iterations = iterations_from_zero;
      return fit(rule, start, without).theta;
    }
    if (knows_all) {
      const Eigen::VectorXd step = bounded_step(rest.curvature, rest.gradient, theta, layout.lower, layout.upper);
      const double gain = -step.dot(rest.gradient) - 0.5 * step.dot(rest.curvature * step);
      if (step.allFinite() && gain <= std::max(far * rest.loss, 1e-3 * objective.traits().tolerance)) {
        for (std::size_t k = 0; k < theta.size(); ++k) {
          const double by = step(static_cast<Eigen::Index>(k));
          const bool positive = is_time_constant(rule.parameters[static_cast<std::size_t>(layout.parameter[k])]);
          start[k] = std::clamp(positive ? theta[k] * std::exp(by / theta[k]) : theta[k] + by, layout.lower[k],
                                layout.upper[k]);
        }
        return start;
      }
    }
    FitRequest without = request;
    without.objective = fold.objective.get();
    without.units = fold.objective->units(Part::search);
    without.iterations = iterations;
    return fit(rule, start, without).theta;
  };

  const auto left_out = [&](const std::vector<std::size_t>& which) {
    return run_units(which.size(), [&](std::size_t k) {
      const Fold& fold = folds[which[k]];
      return fold.objective->compile({plan, {}, Precision::float32, execution.before})
          ->run(Part::validation, fold.units.size(), refitted(fold));
    });
  };
  std::vector<std::size_t> all(folds.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::vector<std::vector<Outcome>> held_out =
      shared_items<std::vector<Outcome>>(execution, Packer()(theta).bytes(), all, left_out);
  std::vector<Outcome> outcomes(units);
  for (std::size_t f = 0; f < folds.size(); ++f) {
    for (std::size_t k = 0; k < folds[f].units.size(); ++k) outcomes[folds[f].units[k]] = held_out[f][k];
  }
  return objective.summarise(outcomes);
}

}  // namespace rule_search
