#include "base/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& name, const std::string& expected, const std::string& found,
                         const std::string& hint = "") {
  throw InputError(fmt::format("‹{}›: expected {}, found {}{}", name, expected, found.empty() ? "nothing" : found,
                               hint.empty() ? "" : "\n  hint: " + hint));
}

std::string only(const std::string& name, const std::vector<std::string>& texts) {
  if (texts.empty()) refuse(name, "a value", "nothing");
  return texts.back();
}

template <class T>
T whole(const std::string& name, const std::string& text, T least, T most) {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value < least || value > most)
    refuse(name, fmt::format("a whole number from {} to {}", least, most), text);
  return value;
}

template <class T>
Option of_whole(const std::string& name, T& value, T least, T most, const std::string& meaning, bool optional) {
  Option o;
  o.name = name;
  o.meaning = meaning;
  o.type = "INT";
  if (!optional) o.default_text = std::to_string(value);
  o.set = [&value, name, least, most](const std::vector<std::string>& texts) {
    value = whole<T>(name, only(name, texts), least, most);
  };
  o.get = [&value, optional] { return optional && value == 0 ? json() : json(value); };
  return o;
}

}  // namespace

Option whole_option(const std::string& name, int& value, int least, int most, const std::string& meaning) {
  return of_whole(name, value, least, most, meaning, false);
}

Option whole_option(const std::string& name, std::size_t& value, std::size_t least, std::size_t most,
                    const std::string& meaning) {
  return of_whole(name, value, least, most, meaning, false);
}

Option optional_whole_option(const std::string& name, std::size_t& value, std::size_t least, std::size_t most,
                             const std::string& meaning) {
  return of_whole(name, value, least, most, meaning, true);
}

Option optional_whole_option(const std::string& name, int& value, int least, int most, const std::string& meaning) {
  return of_whole(name, value, least, most, meaning, true);
}

Option seed_option(const std::string& name, std::uint64_t& value, const std::string& meaning) {
  return of_whole<std::uint64_t>(name, value, 0, std::numeric_limits<std::uint64_t>::max(), meaning, false);
}

Option number_option(const std::string& name, double& value, double least, double most, const std::string& meaning) {
  Option o;
  o.name = name;
  o.meaning = meaning;
  o.type = "NUMBER";
  o.default_text = shortest(value);
  o.set = [&value, name, least, most](const std::vector<std::string>& texts) {
    const std::string text = only(name, texts);
    char* end = nullptr;
    const double read = std::strtod(text.c_str(), &end);
    // Written so that what is no number is refused.
    if (text.empty() || *end != '\0' || !(read >= least && read <= most))
      refuse(name, fmt::format("a number from {:g} to {:g}", least, most), text);
    value = read;
  };
  o.get = [&value] { return json(value); };
  return o;
}

Option text_option(const std::string& name, std::string& value, const std::string& meaning) {
  Option o;
  o.name = name;
  o.meaning = meaning;
  o.type = "TEXT";
  o.default_text = value;
  o.set = [&value, name](const std::vector<std::string>& texts) { value = only(name, texts); };
  o.get = [&value] { return value.empty() ? json() : json(value); };
  return o;
}

Option choice_option(const std::string& name, std::string& value, const std::vector<std::string>& choices,
                     const std::string& meaning, const std::vector<std::pair<std::string, std::string>>& older) {
  Option o = text_option(name, value, meaning);
  o.choices = choices;
  o.set = [&value, name, choices, older](const std::vector<std::string>& texts) {
    std::string text = only(name, texts);
    for (const auto& [before, now] : older) text = text == before ? now : text;
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      const std::string near = nearest_name(text, choices);
      refuse(name, fmt::format("one of {}", fmt::join(choices, ", ")), text,
             near.empty() ? "" : fmt::format("did you mean {}?", near));
    }
    value = text;
  };
  return o;
}

Option flag_option(const std::string& name, bool& value, const std::string& meaning) {
  Option o;
  o.name = name;
  o.meaning = meaning;
  o.flag = true;
  o.set = [&value](const std::vector<std::string>&) { value = true; };
  o.get = [&value] { return value ? json(true) : json(); };
  return o;
}

Option texts_option(const std::string& name, std::vector<std::string>& values, const std::string& meaning) {
  Option o;
  o.name = name;
  o.meaning = meaning;
  o.type = "TEXT";
  o.many = true;
  o.set = [&values](const std::vector<std::string>& texts) { values = texts; };
  o.get = [&values] { return values.empty() ? json() : json(values); };
  return o;
}

std::vector<std::string> texts_of(const json& value) {
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const json& one : value) {
      for (const std::string& text : texts_of(one)) out.push_back(text);
    }
  } else if (value.is_string()) {
    out.push_back(value.get<std::string>());
  } else if (value.is_number_float()) {
    out.push_back(shortest(value.get<double>()));
  } else if (!value.is_null() && value != true) {
    out.push_back(value.dump());
  }
  return out;
}

const Option* option_named(const std::vector<Option>& options, const std::string& name) {
  for (const Option& o : options) {
    if (o.name == name || std::find(o.aliases.begin(), o.aliases.end(), name) != o.aliases.end()) return &o;
  }
  return nullptr;
}

namespace {

std::string without_folders(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string command_line(const std::vector<Option>& options) {
  std::string out;
  for (const Option& o : options) {
    const json value = o.get();
    if (value.is_null()) continue;
    if (o.flag) out += " --" + o.name;
    for (std::string text : o.flag ? std::vector<std::string>() : texts_of(value)) {
      if (o.path) text = without_folders(text);
      out += fmt::format(" --{} {}", o.name, text.find(' ') == std::string::npos ? text : "'" + text + "'");
    }
  }
  return out.empty() ? out : out.substr(1);
}

}  // namespace rule_search
