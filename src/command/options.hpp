// Rows of options as a command line has them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "objectives/kind.hpp"
#include "run/job.hpp"

namespace rule_search::command {

/// What was typed: texts by name of the option.
using Typed = std::map<std::string, std::vector<std::string>>;

/// Adds an option to the command; `typed` hears what was given.
void add_option(CLI::App& app, const Option& option, const std::function<void(const std::vector<std::string>&)>& typed);
/// Adds options that are set as they are read. The rows are kept for as long as the command is.
void add_options(CLI::App& app, const std::vector<Option>& options);
Option threads_option(int& threads);
/// FILE of a command on a rule; --out of one that leaves a run; --json.
void add_rule_file(CLI::App& app, std::string& file);
CLI::Option* add_run_folder(CLI::App& app, std::string& out);
void add_json(CLI::App& app, bool& as_json);

/// The objective whose options --help is to show, as after `search --help recordings`; empty for all. Set before commands are
/// prepared.
std::string& objective_of_help();

/// --objective, and the options of all objectives: which of them is meant is known only when all was read.
class ObjectiveArguments {
 public:
  /// `rows` gives those of an objective.
  using Rows = std::function<std::vector<Option>(const std::string& objective)>;
  void add(CLI::App& app, const Rows& rows);

  const std::string& objective() const { return objective_; }
  bool objective_given() const { return given_; }
  const Typed& typed() const { return typed_; }
  /// Throws InputError where an option was typed that this objective has no use for.
  void check(const std::string& objective) const;

 private:
  std::string objective_;
  bool given_ = false;
  Typed typed_;
  std::map<std::string, std::vector<std::string>> whose_;  ///< objectives by name of the option
};

/// The same for commands that try a rule as it is: with a seed, without what searches alone have.
class RuleArguments {
 public:
  void add(CLI::App& app);
  /// Reads the data for this rule, and says on standard error what was done to them. Where none was named, the objective is the one that `file` is a result of. Throws InputError where
  /// options or data can't be used.
  std::unique_ptr<Objective> objective(const std::string& file, const Rule& rule);
  const ObjectiveKind& kind() const { return *kind_; }
  std::uint64_t seed() const { return seed_; }
  std::shared_ptr<void> limit_threads() const;

 private:
  ObjectiveArguments arguments_;
  std::unique_ptr<ObjectiveKind> kind_;
  std::uint64_t seed_ = 1;
  int threads_ = 0;
};

/// Accepts a finite number from `low` to `high`, both included.
CLI::Validator number_between(double low, double high);
/// Accepts a whole number without a sign that fits 64 bits.
CLI::Validator whole_number();
/// Limits the threads of this process for as long as the returned object lives; 0 for all.
std::shared_ptr<void> limit_threads(int threads);

}  // namespace rule_search::command
