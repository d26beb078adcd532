#include "fit/fit.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>

#include "fit/fresh.hpp"
#include "fit/least_squares.hpp"
#include "fit/limits.hpp"
#include "fit/residuals.hpp"
#include "fit/sharing.hpp"
#include "plan/layout.hpp"

namespace rule_search {

namespace {

// Without those that the objective finds itself.
std::vector<int> moved_entries(const Rule& rule, const ParameterLayout& layout, const FitRequest& request) {
  std::vector<int> out = request.entries.empty() ? layout.all() : request.entries;
  std::erase_if(out, [&](int e) {
    const int parameter = layout.parameter[static_cast<std::size_t>(e)];
    return request.objective->finds_itself(rule.parameters[static_cast<std::size_t>(parameter)]);
  });
  return out;
}

bool same(const std::vector<double>& a, const std::vector<double>& b, bool single_precision) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [single_precision](double x, double y) {
    return single_precision ? static_cast<float>(x) == static_cast<float>(y) : x == y;
  });
}

// A point is good where all units end.
Wanted all_or_nothing() {
  Wanted out;
  out.all_or_nothing = true;
  return out;
}

double mean_loss(const Evaluator& evaluator, const std::vector<double>& theta, const FitRequest& request) {
  double loss = 0;
  for (const Outcome& o : evaluator.run(request.part, request.units, theta, all_or_nothing()))
    loss += o.diverged ? std::numeric_limits<double>::infinity() : o.loss / static_cast<double>(request.units);
  if (request.progress) request.progress(request.units, loss);
  return loss;
}

}  // namespace

FittedRule fit(const Rule& rule, std::vector<double> start, const FitRequest& request) {
  const plan::Plan plan = plan::lower(rule);
  const ParameterLayout layout = fit_layout(rule, *request.objective);
  const std::vector<int> entries = moved_entries(rule, layout, request);
  const std::size_t n = entries.size();
  FittedRule out{rule, start, std::numeric_limits<double>::infinity()};
  if (n == 0 && layout.size() > 0) {
    out.fit_loss =
        mean_loss(*compile(*request.objective, {plan, {}, Precision::float32}, request.execution), start, request);
    return out;
  }
  // Where units are given there are no others.
  if (request.fresh && n > 0 && !request.objective->traits().uses_all_units)
    return fit_on_fresh_units(rule, layout, start, entries, request);
  const auto whole = [&, fixed = start](const std::vector<double>& moved) {
    std::vector<double> theta = fixed;
    for (std::size_t k = 0; k < n; ++k) theta[static_cast<std::size_t>(entries[k])] = moved[k];
    return theta;
  };
  // A coefficient at its bound can be a last bit beyond it, since it is fitted by its effect.
  const auto within_bounds = [&](std::vector<double> theta) {
    for (int entry : entries) {
      const auto at = static_cast<std::size_t>(entry);
      theta[at] = std::clamp(theta[at], layout.lower[at], layout.upper[at]);
    }
    return theta;
  };
  const auto with_slopes = compile(*request.objective, {plan, entries, Precision::float32}, request.execution);
  const auto values_only = compile(*request.objective, {plan, {}, Precision::float32}, request.execution);

  LeastSquares problem;
  std::size_t answers = 0;
  for (std::size_t k = 0; k < request.units; ++k) answers += request.objective->answers(request.part, k);
  problem.residuals = static_cast<int>(answers);
  std::vector<bool> terms;  // by entry
  for (int entry : entries) {
    const auto at = static_cast<std::size_t>(entry);
    problem.start.push_back(start[at]);
    problem.lower.push_back(layout.lower[at]);
    problem.upper.push_back(layout.upper[at]);
    const Parameter& p = rule.parameters[static_cast<std::size_t>(layout.parameter[at])];
    problem.positive.push_back(is_time_constant(p));
    terms.push_back(is_term(p));
  }
  problem.scale.assign(n, 1);
  // Ceres asks for the same point more than once, above all where there are bounds; and for the start, on which the scales
  // rest, a last bit beside it.
  const bool single_precision = request.objective->traits().single_precision;
  struct Asked {
    std::vector<double> theta, residuals, jacobian;
    bool good = false;
    bool slopes = false;
  } last;
  std::size_t ran = 0;
  bool without_slopes = false;  // at a point whose residuals are finite
  std::exception_ptr thrown;
  problem.evaluate = [&](const std::vector<double>& theta, std::vector<double>& residuals,
                         std::vector<double>* jacobian) {
    const bool known = same(last.theta, theta, single_precision) && (last.slopes || jacobian == nullptr || !last.good);
    if (!known) {
      last.theta = theta;
      last.slopes = jacobian != nullptr;
      last.residuals.clear();
      last.jacobian.clear();
      last.good = false;
      if (thrown) return false;
      std::vector<Outcome> outcomes;
      try {
        outcomes =
            (last.slopes ? with_slopes : values_only)->run(request.part, request.units, whole(theta), all_or_nothing());
      } catch (...) {
        thrown = std::current_exception();  // Ceres stands in between, and is not made for exceptions
        return false;
      }
      double loss = 0;
      last.good = std::none_of(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.diverged; });
      const std::vector<double> factors = !last.good || !last.slopes ? std::vector<double>()
                                          : request.objective->traits().tempers
                                              ? tempering(outcomes, n)
                                              : std::vector<double>(outcomes.size(), 1.0);
      for (std::size_t e = 0; e < outcomes.size() && last.good; ++e) {
        const Outcome& o = outcomes[e];
        loss += o.loss / static_cast<double>(request.units);
        // Sum of squares / 2 is the mean loss, over units of the mean over the answers of each.
        const double share = static_cast<double>(o.query_losses.size() * request.units);
        for (std::size_t q = 0; q < o.query_losses.size(); ++q) {
          const auto [residual, by] = rule_search::residual(o, q, share);
          last.residuals.push_back(residual);
          for (std::size_t k = 0; k < n && last.slopes; ++k)
            last.jacobian.push_back(factors[e] * o.jacobian[q * n + k] / by);
        }
      }
      ran += request.units;
      if (request.progress)
        request.progress(request.units, last.good ? loss : std::numeric_limits<double>::quiet_NaN());
    }
    without_slopes = without_slopes || (last.slopes && !last.good);
    residuals = last.residuals;
    if (jacobian != nullptr) *jacobian = last.jacobian;
    return last.good;
  };

  // Scale by the size of each parameter's effect where the fit starts, so that a unit step is a unit of
  // residual.
  std::vector<double> residuals;
  std::vector<double> jacobian;
  // Coefficients fitted on other units can be a little too large for some of these.
  int shorter = 0;
  while (!problem.evaluate(problem.start, residuals, &jacobian)) {
    if (thrown) std::rethrow_exception(thrown);
    if (++shorter > 6) return out;
    for (std::size_t k = 0; k < n; ++k) {
      if (terms[k]) problem.start[k] = std::clamp(0.8 * problem.start[k], problem.lower[k], problem.upper[k]);
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    double squares = 0;
    for (std::size_t i = 0; i < residuals.size(); ++i) squares += jacobian[i * n + k] * jacobian[i * n + k];
    if (squares > 0 && std::isfinite(squares)) problem.scale[k] = 1 / std::sqrt(squares);
  }
  LeastSquaresOptions options;
  options.iterations = request.iterations;
  options.initial_radius = request.initial_radius;
  // Far below what counts, so that coefficients are exact where recordings are.
  options.good_enough = 1e-4 * request.objective->traits().tolerance;
  if (request.to_the_end) {
    options.good_enough = 0;
    options.function_tolerance = 1e-6;
  }
  options.progress = [&](const LeastSquaresStep& step) {
    if (step.iteration < 3) return true;
    if (is_hopeless(step.cost, request.hopeless_above)) return false;
    out.late.push_back({step.cost, within_bounds(whole(step.best)), step.best_cost, ran, step.accepted});
    return true;
  };
  without_slopes = false;
  const LeastSquaresResult result = minimise(problem, options);
  // Such a point was accepted, but the history lacks it.
  for (LateStep& step : out.late) {
    if (without_slopes) step.accepted = std::numeric_limits<std::size_t>::max();
  }
  if (thrown) std::rethrow_exception(thrown);
  if (!result.usable) return out;
  out.theta = within_bounds(whole(result.theta));
  for (const std::vector<double>& moved : result.history) out.history.push_back(whole(moved));
  out.fit_loss = result.cost;
  out.given_up = result.given_up;
  return out;
}

}  // namespace rule_search
