// What CLI11 finds wrong with a command line, told as all other mistakes are: what, expected, found, how to
// mend.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace rule_search::command {

/// The message, without a line break at its end. `app` has been parsed, and `error` is what that ended in.
std::string message_of(const CLI::App& app, const CLI::ParseError& error);

/// A message of the library with its options as they are typed here: ‹seed› as --seed.
std::string as_typed(const std::string& message);

}  // namespace rule_search::command
