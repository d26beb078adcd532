#include "fit/limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "expression/numeric.hpp"

namespace rule_search {

namespace {

bool is_constant(const Expr& e) {
  if (e->op == Op::parameter || e->op == Op::quantity || e->op == Op::state || e->op == Op::signal) return false;
  return std::all_of(e->args.begin(), e->args.end(), is_constant);
}

// The largest number that e divides by the parameter; 0 where there is none.
double divided_by(const Expr& e, int parameter) {
  double most = 0;
  for (const Expr& arg : e->args) most = std::max(most, divided_by(arg, parameter));
  if (e->op != Op::divide || e->args[1]->op != Op::parameter || e->args[1]->parameter != parameter) return most;
  if (!e->args[0]->shape.is_number() || !is_constant(e->args[0])) return most;
  const double number = std::abs(value(e->args[0], {})(0, 0));
  return std::isfinite(number) ? std::max(most, number) : most;
}

// In seconds.
double step_length(const Rule& rule, int parameter) {
  double most = divided_by(rule.dw, parameter);
  for (const State& s : rule.states) most = std::max(most, divided_by(s.next, parameter));
  return most > 0 ? most : 1;
}

}  // namespace

ParameterLayout fit_layout(const Rule& rule, const Objective& objective) {
  ParameterLayout layout(rule.parameters, objective.connections());
  const int steps = objective.longest_unit();
  if (steps <= 0) return layout;
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    const Parameter& p = rule.parameters[r];
    if (!is_time_constant(p) || std::isfinite(p.upper)) continue;
    double limit = most_durations * steps * step_length(rule, static_cast<int>(r));
    // What its user wrote is never beyond it.
    for (double value : p.initial) limit = std::max({limit, value, 10 * p.lower});
    for (std::size_t k = 0; k < layout.upper.size(); ++k) {
      if (layout.parameter[k] == static_cast<int>(r)) layout.upper[k] = limit;
    }
  }
  return layout;
}

bool at_limit(const ParameterLayout& layout, std::size_t entry, double value, const Parameter& parameter) {
  constexpr double rounding = 1e-9;
  return is_time_constant(parameter) && std::isinf(parameter.upper) && std::isfinite(layout.upper[entry]) &&
         value >= (1 - rounding) * layout.upper[entry];
}

bool has_slope(const QuadraticModel& model, std::size_t entry) {
  return !model.usable || !changes_nothing(model, entry);
}

ShapeInterval shape_interval(const Parameter& parameter, const ParameterLayout& layout, std::size_t entry, double value,
                             double half, bool has_slope, const std::optional<std::pair<double, double>>& ends) {
  ShapeInterval out{value - half, value + half, has_slope, at_limit(layout, entry, value, parameter), true};
  double apart = 1;
  if (is_time_constant(parameter)) {
    const double factor = std::exp(half / value);
    out.low = value / factor;
    out.high = value * factor;
    apart = factor * factor;
  }
  if (ends && std::isfinite(half)) {
    std::tie(out.low, out.high) = *ends;
    if (is_time_constant(parameter)) apart = out.high / out.low;
  }
  const double lower = layout.lower[entry];
  const double upper = layout.upper[entry];
  const bool all_that_is_allowed =
      std::isfinite(lower) && std::isfinite(upper) && out.low <= lower && out.high >= upper;
  out.determined = has_slope && !out.at_limit && std::isfinite(half) && apart <= most_apart && !all_that_is_allowed;
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  out.low = out.determined ? std::max(out.low, lower) : unknown;
  out.high = out.determined ? std::min(out.high, upper) : unknown;
  return out;
}

}  // namespace rule_search
