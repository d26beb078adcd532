#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "fit/objective.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  bool as_json = false;
  double tolerance = 1e-5;
  std::size_t units = 1;
  RuleArguments arguments;
};

struct Difference {
  double value = 0;
  double uncertainty = std::numeric_limits<double>::infinity();
};

// Ridders' method: central differences at shrinking steps, extrapolated to step 0; the extrapolation that
// agrees best with its neighbours is taken, without a look at the tangents (Ridders 1982, Adv. Eng. Software
// 4:75).
template <class F>
Difference ridders(const F& f, double step) {
  constexpr int most = 6;
  constexpr double shrink = 2;
  double a[most][most];
  Difference best;
  for (int i = 0; i < most; ++i, step /= shrink) {
    a[0][i] = (f(step) - f(-step)) / (2 * step);
    double factor = shrink * shrink;
    for (int j = 1; j <= i; ++j, factor *= shrink * shrink) {
      a[j][i] = (a[j - 1][i] * factor - a[j - 1][i - 1]) / (factor - 1);
      const double off = std::max(std::abs(a[j][i] - a[j - 1][i]), std::abs(a[j][i] - a[j - 1][i - 1]));
      if (off < best.uncertainty) best = {a[j][i], off};
    }
  }
  return best;
}

bool has_kinks(const Expr& e) {
  switch (e->op) {
    case Op::relu:
    case Op::abs:
    case Op::sign:
    case Op::step:
    case Op::min:
    case Op::max:
    case Op::greater:
    case Op::at_least:
      return true;
    default:
      return std::any_of(e->args.begin(), e->args.end(), has_kinks);
  }
}

bool has_kinks(const Rule& rule) {
  return rule.bound || has_kinks(rule.dw) ||
         std::any_of(rule.states.begin(), rule.states.end(), [](const State& s) { return has_kinks(s.next); });
}

double mean_loss(const std::vector<Outcome>& outcomes) {
  double sum = 0;
  for (const Outcome& o : outcomes) {
    if (o.diverged) return std::numeric_limits<double>::quiet_NaN();
    sum += o.loss;
  }
  return sum / static_cast<double>(outcomes.size());
}

int run(Options& o) {
  const auto threads = o.arguments.limit_threads();
  const Rule rule = rule_or_result(o.file);
  const std::unique_ptr<Objective> objective = o.arguments.objective(o.file, rule);
  const Description words = objective->describe();
  const ParameterLayout layout(rule.parameters, objective->connections());
  if (layout.size() == 0)
    throw InputError(fmt::format("{}: the rule {} has no parameter to differentiate by", o.file, rule.name));
  if (objective->traits().second_slopes)
    throw InputError(
        fmt::format("--objective {}: derivatives go through spikes by a surrogate, since spikes have none, so finite "
                    "differences of "
                    "the loss are something else\n  hint: `slopes` puts both side by side",
                    words.name));
  const std::size_t count = objective->traits().uses_all_units ? objective->units(Part::search) : o.units;
  const plan::Plan plan = plan::lower(rule);
  const auto with_tangents = objective->compile({plan, layout.all(), Precision::float64, {}, Slopes::exact});
  const auto values = objective->compile({plan, {}, Precision::float64});
  const std::vector<Outcome> exact = with_tangents->run(Part::search, count, layout.initial);
  const double exact_loss = mean_loss(exact);
  if (!std::isfinite(exact_loss))
    throw std::runtime_error(fmt::format(
        "{}: the {} diverges at the initial values, so there is no derivative to compare", rule.name, words.unit));
  const auto n = static_cast<std::size_t>(layout.size());
  const bool kinks = has_kinks(rule);
  nlohmann::json rows = nlohmann::json::array();
  double worst = 0;
  for (std::size_t k = 0; k < n; ++k) {
    double tangent = 0;
    double second = 0;
    for (const Outcome& unit : exact) {
      const double share = static_cast<double>(unit.query_losses.size()) * static_cast<double>(exact.size());
      for (std::size_t q = 0; q < unit.query_losses.size(); ++q) {
        const double slope = unit.jacobian[q * n + k];
        tangent += (unit.residuals.empty() ? slope : unit.residuals[q] * slope) / share;
        second += slope * slope / share;
      }
    }
    const auto loss = [&](double by) {
      std::vector<double> theta = layout.initial;
      theta[k] += by;
      return mean_loss(values->run(Part::search, count, theta));
    };
    // A first step that changes query losses by about 0.05, but not the parameter out of all proportion.
    const double largest = layout.initial[k] != 0 ? 0.1 * std::abs(layout.initial[k]) : 1e-4;
    const double step = second > 0 ? std::min(0.05 / std::sqrt(second), largest) : largest;
    // What the rounding of the loss makes of the smallest of the six steps; no finite difference knows better.
    const auto rounding_of = [&](double first) { return 1e-15 * std::max(1.0, exact_loss) / (first / 32); };
    Difference d = ridders(loss, step);
    double rounding = rounding_of(step);
    // Between two kinks of the loss, as bounds and comparisons make them, a step may be much smaller.
    for (double finer = step / 64; kinks && finer > 1e-12 * std::max(1.0, std::abs(layout.initial[k])); finer /= 64) {
      const Difference other = ridders(loss, finer);
      if (!(std::max(other.uncertainty, rounding_of(finer)) < std::max(d.uncertainty, rounding))) continue;
      d = other;
      rounding = rounding_of(finer);
    }
    const double scale = std::max({std::abs(tangent), std::abs(d.value), 1e-300});
    const double relative = std::abs(tangent - d.value) / scale;
    const bool too_small = std::abs(tangent - d.value) <= rounding && relative > o.tolerance;
    // Written so that a difference that is not a number counts as the worst.
    if (!too_small) worst = relative <= worst ? worst : relative;
    rows.push_back({{"parameter", layout.names[k]},
                    {"tangent", tangent},
                    {"finite_difference", d.value},
                    {"uncertainty", d.uncertainty},
                    {"relative_difference", relative},
                    {"below_rounding", too_small}});
  }
  const bool good = worst <= o.tolerance;
  if (o.as_json) {
    const nlohmann::json out = {
        {"rule", rule.name}, {"parameters", rows}, {"worst", worst}, {"tolerance", o.tolerance}, {"good", good}};
    std::cout << dump(out, 2) << "\n";
  } else {
    fmt::print("{}: derivative of the loss over {} {}, double precision\n  {:<14} {:>20} {:>20} {:>12}\n", rule.name,
               count, count == 1 ? words.unit : words.units, "parameter", "tangent", "finite difference", "relative");
    for (const auto& r : rows)
      fmt::print("  {:<14} {:>20.12g} {:>20.12g} {:>12.2e}{}\n", r["parameter"].get<std::string>(),
                 r["tangent"].get<double>(), r["finite_difference"].get<double>(),
                 r["relative_difference"].get<double>(),
                 r["below_rounding"].get<bool>() ? "  both below the rounding of the loss" : "");
    fmt::print("  worst relative difference {:.2e}, {} {:.0e}\n", worst, good ? "at most" : "above", o.tolerance);
  }
  return good ? 0 : 1;
}

}  // namespace

Action prepare_gradcheck(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  add_rule_file(sub, o->file);
  sub.add_option("--tolerance", o->tolerance, "largest relative difference that is good")
      ->check(number_between(1e-15, 1))
      ->capture_default_str();
  add_json(sub, o->as_json);
  sub.add_option("--episodes", o->units,
                 "number of episodes, or worlds of a goal; of recordings all neurons of the training part are used")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  o->arguments.add(sub);
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
