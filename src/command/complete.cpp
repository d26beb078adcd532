#include "command/complete.hpp"

#include "command/help.hpp"

namespace rule_search::command {

std::vector<std::string> completions(const CLI::App& app, const std::vector<std::string>& words) {
  const std::string typed = words.empty() ? "" : words.back();
  std::vector<std::string> out;
  const auto offer = [&](const std::string& word) {
    if (word.starts_with(typed)) out.push_back(word);
  };
  const bool at_command = words.size() <= 1;
  const CLI::App* command = at_command ? &app : nullptr;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (at_command)
      offer(sub->get_name());
    else if (sub->get_name() == words[0])
      command = sub;
  }
  if (command == nullptr) return out;
  // The value of an option.
  const std::string before = at_command ? "" : words[words.size() - 2];
  if (before.starts_with("--")) {
    const CLI::Option* const option = command->get_option_no_throw(before);
    if (option != nullptr && option->get_type_size() != 0) {
      for (const std::string& choice : choices_of(*option)) offer(choice);
      return out;
    }
  }
  if (typed.empty() || typed[0] != '-') return out;
  // An option without a group is not shown: it belongs to another objective.
  for (const CLI::Option* option : command->get_options([](const CLI::Option* o) { return !o->get_group().empty(); })) {
    if (!option->get_lnames().empty()) offer("--" + option->get_lnames().front());
  }
  return out;
}

}  // namespace rule_search::command
