#include "command/entry.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>
#include <system_error>
#include <vector>

#include "command/command.hpp"
#include "command/complete.hpp"
#include "command/help.hpp"
#include "command/mistakes.hpp"
#include "objectives/list.hpp"

namespace rule_search {

namespace {

constexpr const char* complete = "__complete";

// "--help recordings" shows the options of that objective alone. What looks like a file is none.
void take_objective_of_help(std::vector<const char*>& args) {
  for (std::size_t k = 1; k + 1 < args.size(); ++k) {
    if (std::strcmp(args[k], "--help") != 0 && std::strcmp(args[k], "-h") != 0) continue;
    const std::string word = args[k + 1];
    if (word.starts_with('-') || word.find_first_of("./") != std::string::npos) return;
    command::objective_of_help() = objective_kind(word)->name();
    args.erase(args.begin() + static_cast<std::ptrdiff_t>(k) + 1);
    return;
  }
}

// The options that can be completed are those of the objective that was typed.
void take_objective_of_completion(const std::vector<std::string>& words) {
  for (std::size_t k = 0; k + 1 < words.size(); ++k) {
    for (const auto& kind : objective_kinds()) {
      if (words[k] == "--objective" && words[k + 1] == kind->name()) command::objective_of_help() = kind->name();
    }
  }
}

int run(int argc, char** argv) {
  CLI::App app{
      "Finds the simplest synaptic plasticity rule that makes a network learn, from candidate terms in a "
      "small language."};
  app.set_version_flag("--version", "rule-search " RULE_SEARCH_VERSION);
  app.require_subcommand(1);
  app.footer("Example:\n  rule-search search rules/pool_2023.rule --out runs/pool");
  app.name(command::ranks() == nullptr ? "rule-search" : "rule-search-mpi");
  app.formatter(std::make_shared<command::HelpFormatter>());
  std::vector<const char*> args(argv, argv + argc);
  const bool completing = argc > 1 && std::strcmp(argv[1], complete) == 0;
  const std::vector<std::string> words(args.begin() + std::min(argc, 2), args.end());
  command::Action action;
  try {
    if (completing)
      take_objective_of_completion(words);
    else
      take_objective_of_help(args);
  } catch (const InputError& e) {
    // Told as if it had stood behind --objective.
    const std::string told = command::as_typed(e.what());
    std::cerr << "--help" << told.substr(std::min(told.find(':'), told.size())) << "\n";
    return 2;
  }
  for (const command::Command& c : command::commands()) {
    if (command::ranks() != nullptr && std::strcmp(c.name, "search") != 0) continue;
    CLI::App* const sub = app.add_subcommand(c.name, c.meaning)->footer(c.footer);
    sub->callback([&action, prepared = c.prepare(*sub)] { action = prepared; });
  }
  if (completing) {
    for (const std::string& word : command::completions(app, words)) std::cout << word << "\n";
    return 0;
  }
  try {
    app.parse(static_cast<int>(args.size()), args.data());
    return action();
  } catch (const CLI::ParseError& e) {
    // Help and version end well; everything else is a mistake in the options.
    if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(e);
    std::cerr << command::message_of(app, e) << "\n";
    return 2;
  } catch (const InputError& e) {
    std::cerr << command::as_typed(e.what()) << "\n";
    return 2;
  } catch (const std::bad_alloc&) {
    std::fputs(
        "rule-search: not enough memory\n  hint: try smaller layers (--hidden), fewer or shorter recordings, or "
        "fewer --threads\n",
        stderr);
    return 1;
  } catch (const std::system_error& e) {
    // What fmt throws where standard output fails is told below.
    if (std::ferror(stdout) == 0) std::cerr << "rule-search: " << e.what() << "\n";
    return 1;
  } catch (const std::exception& e) {
    std::cerr << "rule-search: " << command::as_typed(e.what()) << "\n";
    return 1;
  }
}

// Output that is lost, on a full disk say, must not end as if all were well.
bool output_arrived() {
  errno = 0;
  std::cout.flush();
  const bool flushed = std::fflush(stdout) == 0;
  const int reason = errno;
  if (flushed && std::cout && std::ferror(stdout) == 0) return true;
  std::cerr << "rule-search: standard output can't be written";
  if (reason != 0) std::cerr << ": " << std::strerror(reason);
  std::cerr << "\n  hint: make room, or send it elsewhere\n";
  return false;
}

}  // namespace

namespace command {

Ranks*& ranks() {
  static Ranks* there = nullptr;
  return there;
}

int run_command_line(int argc, char** argv, Ranks* shared_by) {
  ranks() = shared_by;
  const int code = run(argc, argv);
  const bool arrived = output_arrived();
  return code == 0 && !arrived ? 1 : code;
}

}  // namespace command

}  // namespace rule_search
