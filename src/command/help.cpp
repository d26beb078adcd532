#include "command/help.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace rule_search::command {

namespace {

// The terminal's, within what reads well; of a file or a pipe that of an old terminal.
std::size_t width() {
  winsize size{};
  const bool known = isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return known ? std::clamp<std::size_t>(size.ws_col, 60, 110) : 80;
}

constexpr std::size_t column = 30;  // where meanings begin

// The words of a text in lines from `column` on; the first begins behind what is there already.
std::string in_lines(std::string_view text) {
  const std::size_t most = width();
  std::string out;
  std::size_t at = column;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (at > column && at + 1 + word.size() > most) {
      out += "\n" + std::string(column, ' ');
      at = column;
    }
    if (at > column) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
    begin = end + 1;
  }
  return out;
}

// Two columns, the second on lines of its own where the first is too long.
std::string row(std::string name, const std::string& meaning) {
  name += name.size() + 1 < column ? std::string(column - name.size(), ' ') : "\n" + std::string(column, ' ');
  return name + in_lines(meaning) + "\n";
}

// "UINT:INT in [1 - 100]" is UINT with a check behind it, which the message tells where it fails.
std::string type_of(const CLI::Option& option) {
  const std::string name = option.get_type_name();
  const std::size_t brace = name.find('{');
  if (brace != std::string::npos) return name.substr(brace);
  const std::string type = name.substr(0, name.find(':'));
  return type == "UINT" ? "INT" : type == "FLOAT" ? "NUMBER" : type;
}

}  // namespace

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = type_of(option);
  if (type.empty() || type.front() != '{') return {};
  std::vector<std::string> out(1);
  for (const char c : type.substr(1, type.find('}') - 1)) {
    if (c == ',')
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  return row("  " + make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return row("  " + command->get_name(), command->get_description());
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool is_positional) const {
  if (is_positional || option->get_lnames().empty()) return Formatter::make_option_name(option, is_positional);
  return (option->get_snames().empty() ? "" : "-" + option->get_snames().front() + ", ") + "--" +
         option->get_lnames().front();
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0) return "";
  std::string out = " " + type_of(*option);
  if (!option->get_default_str().empty()) out += "=" + option->get_default_str();
  if (option->get_expected_max() == CLI::detail::expected_max_vector_size) out += " ...";
  return out;
}

}  // namespace rule_search::command
