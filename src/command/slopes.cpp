#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/statistics.hpp"
#include "command/command.hpp"
#include "fit/objective.hpp"
#include "fit/residuals.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  bool as_json = false;
  std::size_t units = 40;
  double step = 0.2;
  std::string part = "validation";
  RuleArguments arguments;
};

// How well one way tells the slopes of the loss: by entry of theta, the slope in every unit.
struct Way {
  std::string name;
  std::vector<std::vector<double>> slopes;
};

// Units in which the standard error is a third of the mean, from what these were.
double units_needed(const Estimate& e) {
  const double deviation = e.standard_error * std::sqrt(static_cast<double>(e.count));
  constexpr double errors = 3;
  return e.mean != 0 ? std::pow(errors * deviation / e.mean, 2) : std::numeric_limits<double>::infinity();
}

std::vector<std::vector<double>> slopes_of(const std::vector<Outcome>& outcomes, const std::vector<double>& factors,
                                           std::size_t entries) {
  std::vector<std::vector<double>> out(entries);
  for (std::size_t u = 0; u < outcomes.size(); ++u) {
    const Outcome& o = outcomes[u];
    if (o.diverged) continue;
    for (std::size_t k = 0; k < entries; ++k) {
      double slope = 0;
      for (std::size_t q = 0; q < o.query_losses.size(); ++q)
        slope += (o.residuals.empty() ? 1 : o.residuals[q]) * o.jacobian[q * entries + k];
      out[k].push_back(factors[u] * slope / static_cast<double>(o.query_losses.size()));
    }
  }
  return out;
}

class WaysToDifferentiate {
 public:
  WaysToDifferentiate(const Rule& rule, const Objective& objective, const Options& o)
      : objective_(objective), o_(o), plan_(plan::lower(rule)), layout_(rule.parameters, objective.connections()) {}

  std::vector<Way> ways() {
    std::vector<Way> out = {differences()};
    if (objective_.traits().second_slopes) {
      add("as fits take them", Slopes::of_fits, true, out);
      add("spikes as given", Slopes::second, true, out);
      return out;
    }
    add("exact", Slopes::exact, true, out);
    if (objective_.traits().estimates_slopes) {
      add("as fits take them", Slopes::of_fits, true, out);
      try {
        add("score function", Slopes::score_function, false, out);
      } catch (const InputError&) {
        // It is not known of every rule; the others are.
      }
    }
    return out;
  }
  const ParameterLayout& layout() const { return layout_; }

 private:
  std::vector<Outcome> run(const std::vector<int>& directions, const std::vector<double>& theta, Slopes slopes) const {
    return objective_.compile({plan_, directions, Precision::float64, {}, slopes})
        ->run(*part_named(o_.part), o_.units, theta);
  }

  // Wide ones, the same units on both sides.
  Way differences() const {
    Way out{fmt::format("differences, {:g} each way", o_.step), {}};
    for (std::size_t k = 0; k < layout_.names.size(); ++k) {
      const double by = o_.step * (layout_.initial[k] != 0 ? std::abs(layout_.initial[k]) : 1);
      std::vector<double> ends;
      const auto losses = [&](double side) {
        std::vector<double> theta = layout_.initial;
        theta[k] = std::clamp(theta[k] + side * by, layout_.lower[k], layout_.upper[k]);
        ends.push_back(theta[k]);
        return run({}, theta, Slopes::of_fits);
      };
      const std::vector<Outcome> above = losses(1);
      const std::vector<Outcome> below = losses(-1);
      std::vector<double>& slopes = out.slopes.emplace_back();
      for (std::size_t u = 0; u < above.size(); ++u) {
        if (!above[u].diverged && !below[u].diverged)
          slopes.push_back((above[u].loss - below[u].loss) / (ends[0] - ends[1]));
      }
    }
    return out;
  }

  void add(const std::string& name, Slopes slopes, bool also_tempered, std::vector<Way>& out) const {
    std::vector<Outcome> outcomes = run(layout_.all(), layout_.initial, slopes);
    std::erase_if(outcomes, [](const Outcome& o) { return o.diverged; });
    const std::size_t entries = layout_.names.size();
    out.push_back({name, slopes_of(outcomes, std::vector<double>(outcomes.size(), 1.0), entries)});
    if (also_tempered && objective_.traits().tempers)
      out.push_back({name + ", scaled down to 3 medians", slopes_of(outcomes, tempering(outcomes, entries), entries)});
  }

  const Objective& objective_;
  const Options& o_;
  plan::Plan plan_;
  ParameterLayout layout_;
};

int run(Options& o) {
  const auto threads = o.arguments.limit_threads();
  const Rule rule = rule_or_result(o.file);
  const std::unique_ptr<Objective> objective = o.arguments.objective(o.file, rule);
  if (objective->traits().uses_all_units) o.units = objective->units(*part_named(o.part));
  if (o.units < 2)
    throw InputError(fmt::format("--part {}: expected two {} at least, there are {}\n  hint: --part search", o.part,
                                 objective->describe().units, o.units));
  WaysToDifferentiate table(rule, *objective, o);
  if (table.layout().size() == 0)
    throw InputError(fmt::format("{}: the rule {} has no parameter to differentiate by", o.file, rule.name));
  const Description words = objective->describe();
  nlohmann::json rows = nlohmann::json::array();
  for (const Way& way : table.ways()) {
    for (std::size_t k = 0; k < way.slopes.size(); ++k) {
      if (way.slopes[k].size() < 2) continue;
      const Estimate e = estimate(way.slopes[k]);
      rows.push_back({{"way", way.name},
                      {"parameter", table.layout().names[k]},
                      {"slope", e.mean},
                      {"standard_error", e.standard_error},
                      {"units", e.count},
                      {"units_for_three_errors", units_needed(e)}});
    }
  }
  if (o.as_json) {
    std::cout << dump({{"rule", rule.name}, {"part", o.part}, {"rows", rows}}, 2) << "\n";
    return 0;
  }
  fmt::print("{}: slope of the loss over {} {}, and {} in which it stands three standard errors clear of 0\n",
             rule.name, o.units, words.units, words.units);
  fmt::print("  {:<46} {:<12} {:>12} {:>12} {:>8} {:>12}\n", "way", "parameter", "slope", "error", "of", words.units);
  for (const nlohmann::json& r : rows)
    fmt::print("  {:<46} {:<12} {:>12.4g} {:>12.2g} {:>8} {:>12.3g}\n", r["way"].get<std::string>(),
               r["parameter"].get<std::string>(), r["slope"].get<double>(), r["standard_error"].get<double>(),
               r["units"].get<int>(), r["units_for_three_errors"].get<double>());
  return 0;
}

}  // namespace

Action prepare_slopes(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  add_rule_file(sub, o->file);
  add_json(sub, o->as_json);
  sub.add_option("--episodes", o->units, "number of episodes, worlds or sessions; of recordings all are used")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  sub.add_option("--step", o->step, "differences: share of the coefficient that they go each way; of 1 where it is 0")
      ->check(number_between(1e-9, 10))
      ->capture_default_str();
  sub.add_option("--part", o->part, "part of the episodes: search, validation or test")
      ->check(CLI::IsMember({"search", "validation", "test"}))
      ->capture_default_str();
  o->arguments.add(sub);
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
