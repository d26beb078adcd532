#include "command/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "base/error.hpp"
#include "base/text.hpp"

namespace rule_search::command {

namespace {

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) out.push_back(sub->get_name());
  return out;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
  }
  return out;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest_name(word, known);
  return near.empty() ? "" : fmt::format("did you mean {}?", near);
}

std::string with_hint(const std::string& message, const std::string& hint) {
  return hint.empty() ? message : message + "\n  hint: " + hint;
}

std::string unexpected(const CLI::App& command, const std::vector<std::string>& words, const std::string& help) {
  for (const std::string& word : words) {
    if (word.rfind('-', 0) != 0) continue;
    const std::string name = word.substr(0, word.find('='));
    const std::string hint = did_you_mean(name, options_of(command));
    return with_hint(fmt::format("{}: {} has no such option", name, command.get_name()), hint.empty() ? help : hint);
  }
  std::vector<std::string> takes;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) takes.push_back(option->get_name());
  }
  return with_hint(fmt::format("{}: not expected here, {} takes {}", words.front(), command.get_name(),
                               takes.empty() ? "options alone" : fmt::format("{} and options", fmt::join(takes, ", "))),
                   help);
}

// "The following arguments were not expected: 3 --episode", from the last word to the first.
std::vector<std::string> words_in_extras(const std::string& what) {
  std::vector<std::string> out;
  std::size_t at = what.find(": ");
  while (at != std::string::npos && at + 1 < what.size()) {
    const std::size_t from = what.find_first_not_of(' ', at + 1);
    if (from == std::string::npos) break;
    at = what.find(' ', from);
    out.push_back(what.substr(from, at == std::string::npos ? at : at - from));
  }
  std::reverse(out.begin(), out.end());
  if (out.empty()) out.push_back(what);
  return out;
}

// "--ways: Value five not in range 2 to 1000", "--part: train not in {search,validation,test}".
std::string refused_value(const std::string& what, const std::string& help) {
  static const std::regex range("(.*): Value (.*) not in range (.*) to (.*)");
  static const std::regex member("(.*): (.*) not in \\{(.*)\\}");
  std::smatch m;
  if (std::regex_match(what, m, range))
    return fmt::format("{}: expected a whole number from {} to {}, found {}", m[1].str(), m[3].str(), m[4].str(),
                       m[2].str());
  if (!std::regex_match(what, m, member)) return with_hint(what, help);
  std::vector<std::string> known;
  const std::string list = m[3];
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    known.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return with_hint(fmt::format("{}: expected one of {}, found {}", m[1].str(), fmt::join(known, ", "), m[2].str()),
                   did_you_mean(m[2], known));
}

}  // namespace

std::string message_of(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const std::vector<std::string> outside = app.remaining();
  if (parsed.empty()) {
    const std::vector<std::string> known = commands_of(app);
    const std::string help = "rule-search --help shows what each does";
    if (outside.empty())
      return with_hint(fmt::format("a command is missing, expected one of {}", fmt::join(known, ", ")), help);
    const std::string hint = did_you_mean(outside.front(), known);
    return with_hint(fmt::format("{}: no such command, expected one of {}", outside.front(), fmt::join(known, ", ")),
                     hint.empty() ? help : hint);
  }
  const CLI::App& command = *parsed.front();
  const std::string help = fmt::format("rule-search {} --help shows what it takes", command.get_name());
  const std::string what = error.what();
  const std::string name = error.get_name();
  const std::vector<std::string> inside = command.remaining();
  if (name == "ExtrasError" && !inside.empty()) return unexpected(command, inside, help);
  if (name == "ExtrasError" && !outside.empty()) return unexpected(command, outside, help);
  // Raised by a subcommand, the error goes by the name of that.
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
    return unexpected(command, words_in_extras(what), help);
  if (name == "RequiredError") {
    const std::size_t end = what.find(" is required");
    return with_hint(fmt::format("{}: {} is missing", command.get_name(), what.substr(0, end)), help);
  }
  if (name == "ArgumentMismatch")
    return with_hint(fmt::format("{}: expected a value, found nothing", what.substr(0, what.find(':'))), help);
  if (name == "ValidationError") return refused_value(what, help);
  return with_hint(what, help);
}

std::string as_typed(const std::string& message) {
  return with_options(message, [](std::string_view name) -> std::optional<std::string> {
    const auto part_of_a_name = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
    if (name.empty() || !std::all_of(name.begin(), name.end(), part_of_a_name)) return std::nullopt;
    return "--" + std::string(name);
  });
}

}  // namespace rule_search::command
