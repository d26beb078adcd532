#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "fit/coefficients.hpp"
#include "report/fit_document.hpp"
#include "run/folder.hpp"
#include "run/program.hpp"
#include "run/progress.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string out = "runs/fit";
  std::string method = "trust-region";
  std::string part = "validation";
  std::vector<std::string> fix;
  bool as_json = false;
  RuleArguments arguments;
  CoefficientFitOptions fit;
};

// An option of the method that is not in use would be without effect, and its user in error about what was
// run.
void check_methods(const CLI::App& sub, const std::string& method) {
  const auto refuse = [&](const std::vector<std::string>& options, const std::string& other) {
    for (const std::string& option : options) {
      if (sub.count(option) == 0) continue;
      throw InputError(
          fmt::format("{}: is for --method {}, but the method is {}\n  hint: add --method {}, or leave {} out", option,
                      other, method, other, option));
    }
  };
  if (method == "adam") {
    refuse({"--fit-episodes", "--iterations"}, "trust-region");
  } else {
    refuse({"--steps", "--learning-rate", "--l1", "--gradient-clip", "--history-every"}, "adam");
  }
}

// --fix NAME=NUMBER, or NAME alone for the value it has in the file.
void fix(const std::string& text, const ParameterLayout& layout, const Rule& rule, CoefficientFitOptions& fit) {
  std::vector<int> entries;
  if (text.find('=') != std::string::npos) {
    entries = assign("--fix", text, layout, rule, fit.start);
  } else {
    for (std::size_t k = 0; k < layout.names.size(); ++k) {
      const Parameter& p = rule.parameters[static_cast<std::size_t>(layout.parameter[k])];
      if (layout.names[k] == text || p.name == text) entries.push_back(static_cast<int>(k));
    }
    if (entries.empty())
      throw InputError(
          fmt::format("--fix {}: the rule {} has no parameter {}, expected NAME or NAME=NUMBER with one of {}", text,
                      rule.name, text, fmt::join(layout.names, ", ")));
  }
  fit.fixed.insert(fit.fixed.end(), entries.begin(), entries.end());
}

int run(Options& o, const CLI::App& sub) {
  const auto threads = o.arguments.limit_threads();
  const Rule rule = rule_or_result(o.file);
  if (rule.parameters.empty())
    throw InputError(fmt::format("{}: the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is",
                                 o.file, rule.name));
  const std::unique_ptr<Objective> objective = o.arguments.objective(o.file, rule);
  if (sub.count("--method") == 0 && objective->traits().fresh_units) o.method = "fresh";
  check_methods(sub, o.method);
  if (o.method == "fresh" && objective->traits().uses_all_units)
    throw InputError(fmt::format(
        "--method fresh: every step takes {0} of its own, but all {0} are given\n  hint: leave --method out",
        objective->describe().units));
  o.fit.method = o.method == "adam"    ? FitMethod::adam
                 : o.method == "fresh" ? FitMethod::fresh
                                       : FitMethod::trust_region;
  o.fit.history_part = *part_named(o.part);
  o.fit.seed = o.arguments.seed();
  const ParameterLayout layout(rule.parameters, objective->connections());
  // Refuses a rule that asks for what the objective has not, before a folder is made.
  objective->compile({plan::lower(rule), {}, Precision::float64});
  if (objective->traits().cross_validates) objective->folds(2);  // refuses units that are too few
  o.fit.start = layout.initial;
  for (const std::string& text : o.fix) fix(text, layout, rule, o.fit);
  std::sort(o.fit.fixed.begin(), o.fit.fixed.end());
  o.fit.fixed.erase(std::unique(o.fit.fixed.begin(), o.fit.fixed.end()), o.fit.fixed.end());
  if (o.fit.fixed.size() == layout.names.size())
    throw InputError(
        fmt::format("--fix leaves no parameter of {} to fit, expected at least one of {} free\n  hint: "
                    "`eval` scores a rule as it is",
                    rule.name, fmt::join(layout.names, ", ")));
  RunFolder folder(o.out);
  CoefficientFit fitted;
  {
    ProgressLine line(folder.log());
    line.count_in(objective->describe().runs);
    fitted = fit_coefficients(rule, *objective, o.fit, std::ref(line));
  }
  folder.keep();
  write_fit(fitted, this_program(), folder.path());
  if (o.as_json) {
    std::cout << dump(to_json(fitted, this_program()), 2) << "\n";
    return 0;
  }
  std::cout << to_table(fitted)
            << fmt::format("Rule      {}\nHistory   {}\nResult    {}\n", (folder.path() / "rule.rule").string(),
                           (folder.path() / "history.csv").string(), (folder.path() / "fit.json").string());
  return 0;
}

}  // namespace

Action prepare_fit(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  add_rule_file(sub, o->file);
  add_run_folder(sub, o->out);
  sub.add_flag("--json", o->as_json, "print fit.json instead of the table");
  sub.add_option("--fix", o->fix,
                 "parameter that is not fitted, NAME or NAME=NUMBER, or one layer of it, NAME[2]=NUMBER; may be "
                 "given often")
      ->take_all();
  sub.add_option(
         "--method", o->method,
         "trust-region: least squares on one batch of episodes, with intervals; fresh: the same with episodes of "
         "its own for every step, for rules whose loss is full of little valleys (where nothing is said, the "
         "objective reward takes it); adam: a fresh episode a step")
      ->check(CLI::IsMember({"trust-region", "fresh", "adam"}))
      ->capture_default_str();
  sub.add_option("--fit-episodes", o->fit.fit_units, "trust-region and fresh: episodes in a batch")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  sub.add_option("--iterations", o->fit.iterations, "trust-region and fresh: steps at most")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  sub.add_option("--steps", o->fit.steps, "adam: steps, and so episodes")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  sub.add_option("--learning-rate", o->fit.learning_rate, "adam: size of a step")
      ->check(number_between(1e-9, 1))
      ->capture_default_str();
  sub.add_option("--l1", o->fit.l1, "adam: lambda of the penalty lambda |theta|_1")
      ->check(number_between(0, 1e6))
      ->capture_default_str();
  sub.add_option("--gradient-clip", o->fit.clip,
                 "adam: gradients are scaled down to so many times their root mean square so far, and "
                 "coefficients shrink "
                 "where an episode diverges; 0 for neither")
      ->check(number_between(0, 1e6))
      ->capture_default_str();
  sub.add_option("--history-every", o->fit.history_every, "adam: steps from one point of the history to the next")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  sub.add_option("--history-episodes", o->fit.history_units, "held-out episodes that score a point of the history")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  sub.add_option("--history-part", o->part, "classes or images of those: validation or test")
      ->check(CLI::IsMember({"validation", "test"}))
      ->capture_default_str();
  sub.add_option("--test-episodes", o->fit.test_units, "episodes of test classes that score the fitted rule")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  o->arguments.add(sub);
  return [o, &sub] { return run(*o, sub); };
}

}  // namespace rule_search::command
