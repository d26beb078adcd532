#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "command/command.hpp"
#include "fit/chi_squared.hpp"
#include "fit/criterion.hpp"
#include "fit/quadratic.hpp"
#include "fit/scoring.hpp"
#include "report/numbers.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::vector<std::string> set;
  std::string part = "test";
  std::size_t units = 100;
  std::string precision;
  std::optional<std::string> record;
  bool derivatives = false;
  bool shortcut = false;
  int curve = 0;
  bool as_json = false;
  RuleArguments arguments;
};

nlohmann::json document(const Options& o, const Rule& rule, const Objective& objective, const Score& s,
                        const std::vector<Outcome>& outcomes, const std::string& precision) {
  const Description d = objective.describe();
  const std::size_t count = outcomes.size();
  nlohmann::json out = nlohmann::json::parse(d.setting);
  out.update({{"rule", rule.name},
              {"objective", d.name},
              {"loss", s.loss.mean},
              {"loss_interval", interval_json(s.loss)},
              {"accuracy", s.accuracy.mean},
              {"accuracy_interval", interval_json(s.accuracy)},
              {"units", count},
              {"episodes", count},
              {"diverged", s.diverged},
              {"part", o.part},
              {"precision", precision},
              {"seed", o.arguments.seed()}});
  out[d.measure_key] = s.accuracy.mean;
  out[d.measure_key + "_interval"] = interval_json(s.accuracy);
  out["by_unit"] = {{"loss", s.losses}, {d.measure_key, s.accuracies}};
  for (std::size_t k = 0; k < count; ++k) out["by_unit"]["name"].push_back(objective.unit_name(*part_named(o.part), k));
  if (objective.traits().known_errors) {
    out["chi_squared"] = chi_squared_of(s);
    for (const Outcome& o : outcomes)
      out["by_unit"]["missed"].push_back(o.residuals.empty() ? nlohmann::json(nullptr)
                                                             : nlohmann::json(o.residuals[0]));
  }
  for (const Estimate& a : s.alignment) out["angles"].push_back(a.mean);
  return out;
}

// The gradient of the mean loss, by name of the coefficient.
nlohmann::json gradient(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
                        std::size_t count) {
  if (objective.traits().differs_widely)
    throw InputError(fmt::format(
        "--derivatives: of {} no derivative says how much the loss changes\n  hint: `slopes` puts several kinds of "
        "derivatives side by side",
        objective.describe().units));
  FitRequest request;
  request.objective = &objective;
  request.part = part;
  request.units = count;
  request.tempered = false;
  const QuadraticModel model = quadratic_model(rule, theta, request);
  if (!model.usable)
    throw std::runtime_error(fmt::format("{}: one of the {} diverged, or a derivative is no finite number there",
                                         rule.name, objective.describe().units));
  const ParameterLayout layout(rule.parameters, objective.connections());
  nlohmann::json out;
  for (std::size_t k = 0; k < layout.names.size(); ++k) out[layout.names[k]] = model.gradient[k];
  return out;
}

// Means of what was answered on the way, over the units that did not diverge.
nlohmann::json curve(const std::vector<Outcome>& outcomes) {
  nlohmann::json out = nlohmann::json::array();
  std::size_t points = 0;
  for (const Outcome& o : outcomes) points = std::max(points, o.probes.size());
  for (std::size_t k = 0; k < points; ++k) {
    std::vector<double> losses;
    std::vector<double> accuracies;
    int samples = 0;
    for (const Outcome& o : outcomes) {
      if (k >= o.probes.size()) continue;
      samples = o.probes[k].samples;
      losses.push_back(o.probes[k].loss);
      accuracies.push_back(o.probes[k].accuracy);
    }
    out.push_back({{"samples", samples},
                   {"loss", estimate(losses).mean},
                   {"accuracy", estimate(accuracies).mean},
                   {"accuracy_interval", interval_json(limited(estimate(accuracies), 0, 1))},
                   {"units", losses.size()}});
  }
  return out;
}

void print_text(const nlohmann::json& out, const Rule& rule, const Description& d, const Score& s,
                const std::string& part, std::size_t count) {
  fmt::print("{} on {} {} {} of {}{}\n", rule.name, count, part, count == 1 ? d.unit : d.units, d.data_name,
             d.context.empty() ? "" : ", " + d.context);
  fmt::print("  loss      {}  95 % interval\n", loss_text(s.loss.mean, interval_of(s.loss)));
  fmt::print("  {}  {}  95 % interval\n", d.measure, percent(s.accuracy));
  if (out.contains("chi_squared"))
    fmt::print("  chi squared {:.4g} of {} {}\n", out["chi_squared"].get<double>(), count, d.units);
  if (s.diverged > 0) fmt::print("  {} {} diverged and count as chance\n", s.diverged, d.units);
  if (!s.alignment.empty()) {
    fmt::print("  angles   ");
    for (const Estimate& a : s.alignment) fmt::print(" {:.1f}", a.mean);
    fmt::print("  degrees to W', from the input layer\n");
  }
  if (out.contains("trials_to_criterion"))
    fmt::print("  trials until most are right  {}\n", out["criterion"].get<std::string>());
  if (out.contains("curve")) {
    for (const auto& point : out["curve"])
      fmt::print("  after {:>6} images {:5.1f} %\n", point["samples"].get<int>(),
                 100 * point["accuracy"].get<double>());
  }
  if (out.contains("gradient")) {
    for (const auto& [key, value] : out["gradient"].items())
      fmt::print("  d loss / d {:<12} {:.6g}\n", key, value.get<double>());
  }
}

[[noreturn]] void refuse_diverged(const Options& o, const Rule& rule, const Description& d,
                                  const ParameterLayout& layout) {
  const std::string of = is_result(o.file) ? read_result(o.file).objective.name : d.name;
  const std::string hint =
      of != d.name
          ? fmt::format(
                "{} is of a search with --objective {}, and coefficients that were found there need not fit here",
                o.file, of)
          : fmt::format("try smaller coefficients, e.g. --set {}=...", layout.names.empty() ? "NAME" : layout.names[0]);
  throw std::runtime_error(fmt::format("{}: every {} diverged\n  hint: {}", rule.name, d.unit, hint));
}

int run(Options& o) {
  const auto threads = o.arguments.limit_threads();
  if (o.record) check_writable(*o.record);
  const Rule rule = rule_or_result(o.file);
  const std::unique_ptr<Objective> objective = o.arguments.objective(o.file, rule);
  const Description d = objective->describe();
  const ParameterLayout layout(rule.parameters, objective->connections());
  std::vector<double> theta = layout.initial;
  for (const std::string& s : o.set) assign("--set", s, layout, rule, theta);
  const Part part = *part_named(o.part);
  const std::string precision = o.precision.empty() ? d.precision : o.precision;
  if (precision != d.precision && d.precision == "double")
    throw InputError(
        fmt::format("‹precision› {}: {} are simulated in double precision\n  hint: leave it out", precision, d.units));
  const std::size_t count =
      objective->traits().uses_all_units ? objective->units(part) : objective->at_most(o.units, part);
  if (count == 0)
    throw InputError(
        fmt::format("‹part› {}: no {} are kept apart for that part\n  hint: ‹part› training scores those that "
                    "there are; ‹test-{}› names some for the test",
                    o.part, d.units, d.unit));
  if (o.record) write_file(*o.record, objective->recorded(part, 0, rule, theta));
  if (o.shortcut && d.name != "few-shot")
    throw InputError(
        fmt::format("--shortcut: {} have no connection from an input to an output\n  hint: leave it out, or "
                    "‹objective› few-shot",
                    d.units));
  Wanted wanted;
  wanted.alignment = true;
  wanted.shortcut = o.shortcut;
  wanted.probes = o.curve;
  const std::vector<Outcome> outcomes =
      objective->compile({plan::lower(rule), {}, precision == "double" ? Precision::float64 : Precision::float32})
          ->run(part, count, theta, wanted);
  if (o.curve > 0 && std::all_of(outcomes.begin(), outcomes.end(),
                                 [](const Outcome& one) { return one.probes.empty() && !one.diverged; }))
    throw InputError(
        fmt::format("--curve {}: {} are asked nothing on the way\n  hint: leave it out", o.curve, d.units));
  const Score s = objective->summarise(outcomes);
  if (s.diverged == count) refuse_diverged(o, rule, d, layout);
  nlohmann::json out = document(o, rule, *objective, s, outcomes, precision);
  if (o.curve > 0) out["curve"] = curve(outcomes);
  if (d.trials > 0) {
    const Criterion c = criterion_of(outcomes, d.trials);
    out["trials_to_criterion"] = c.trials;
    out["criterion_reached"] = c.share_reached().mean;
    out["criterion"] = text(c, d.units);
  }
  if (o.derivatives) out["gradient"] = gradient(rule, theta, *objective, part, count);
  if (o.as_json)
    std::cout << dump(out, 2) << "\n";
  else
    print_text(out, rule, d, s, o.part, count);
  return 0;
}

}  // namespace

Action prepare_eval(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  add_rule_file(sub, o->file);
  sub.add_option("--set", o->set, "parameter value, NAME=NUMBER; may be given often")->take_all();
  sub.add_option("--part", o->part, "what to score it on: search (or training), validation or test")
      ->check(CLI::IsMember({"search", "training", "validation", "test"}))
      ->capture_default_str();
  sub.add_option("--episodes", o->units, "number of episodes, worlds or sessions; of recordings all are used")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  sub.add_option("--precision", o->precision, "single, as searches on few-shot tasks use it, or double")
      ->check(CLI::IsMember({"single", "double"}));
  sub.add_option("--record", o->record,
                 "file to write the first episode to, with all its numbers, for `replay` and other software");
  sub.add_option("--curve", o->curve, "of few-shot tasks and streams: also answers at so many points on the way")
      ->check(CLI::Range(1, 10000));
  sub.add_flag("--shortcut", o->shortcut,
               "of networks with a connection from the input to the output: what that connection alone answers, learnt "
               "with all others");
  sub.add_flag("--derivatives", o->derivatives, "also the gradient of the loss");
  add_json(sub, o->as_json);
  o->arguments.add(sub);
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
