// What a shell can offer while a command line is typed.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace rule_search::command {

/// Completions of the last of `words`, the command line behind the program's name: commands, options and choices that begin
/// with it. Empty where a file or a value of the user's own is due.
std::vector<std::string> completions(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace rule_search::command
