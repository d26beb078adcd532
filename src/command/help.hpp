// How --help looks: lines that fit a terminal, and of every option only what one types.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace rule_search::command {

/// What an option takes, one by one, where only these are possible: "{fixed,direct}" as the name of its type says it.
std::vector<std::string> choices_of(const CLI::Option& option);

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  /// Without the older names that scripts still have.
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace rule_search::command
