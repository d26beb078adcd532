// The subcommands: each reads its options, calls the library and prints. A command returns its exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "command/options.hpp"
#include "expression/rule.hpp"
#include "plan/layout.hpp"

namespace rule_search::command {

/// What `main` calls after the options were read.
using Action = std::function<int()>;

void add_check(CLI::App& app, Action& action);
void add_search(CLI::App& app, Action& action);
void add_rerun(CLI::App& app, Action& action);
void add_fit(CLI::App& app, Action& action);
void add_eval(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_plot(CLI::App& app, Action& action);
void add_replay(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_gradcheck(CLI::App& app, Action& action);
void add_transfer(CLI::App& app, Action& action);
void add_stability(CLI::App& app, Action& action);

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
