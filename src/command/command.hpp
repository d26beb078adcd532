// The subcommands: each reads its options, calls the library and prints. A command returns its exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/ranks.hpp"
#include "command/options.hpp"
#include "expression/rule.hpp"
#include "plan/layout.hpp"

namespace rule_search::command {

/// What a command does once its options were read; returns the exit code.
using Action = std::function<int()>;
/// Adds its options to the subcommand, which lives as long as the returned action.
using PrepareCommand = Action(CLI::App& sub);

/// A subcommand: a row of commands() and a function in the file that has its name.
struct Command {
  const char* name;
  const char* meaning;
  PrepareCommand* prepare;
  const char* footer;  ///< of its help: examples
};

/// The processes that share a search, of which this is the first; null where it is alone.
Ranks*& ranks();

/// All subcommands, in the order of the help.
const std::vector<Command>& commands();

PrepareCommand prepare_check, prepare_search, prepare_rerun, prepare_fit, prepare_eval, prepare_export, prepare_plot,
    prepare_replay, prepare_gradcheck, prepare_slopes, prepare_transfer, prepare_stability, prepare_bench;

// assignment.cpp
/// Carries out NAME=NUMBER, the text given with an option, on theta: NAME is a parameter (all its layers) or
/// an entry such as eta[2]. Returns the entries that were set.
std::vector<int> assign(const std::string& option, const std::string& text, const ParameterLayout& layout,
                        const Rule& rule, std::vector<double>& theta);

// rule_or_result.cpp
/// Whether the file is read as a result.json, not as a rule: by the ending of its name.
bool is_result(const std::string& path);
/// A rule file, or a result.json whose found rule is meant.
Rule rule_or_result(const std::string& path);

}  // namespace rule_search::command
