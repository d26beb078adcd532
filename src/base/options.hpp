// Options as rows: name, type, range, default, meaning. Whoever has options writes them down once; a command line, a document
// and a function are made from the rows.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rule_search {

/// An option, bound to the value that it sets. The value must outlive it.
struct Option {
  std::string name;               ///< without dashes: "fit-episodes"
  std::string meaning;            ///< in a sentence without a full stop
  std::string type;               ///< "INT", "NUMBER", "TEXT", "NAME=NUMBER"
  std::string default_text = {};  ///< what the value is where the option is not given; empty where there is none
  std::vector<std::string> aliases = {};  ///< older names
  std::vector<std::string> choices = {};  ///< where only these are possible
  bool flag = false;                      ///< takes no value
  bool many = false;                      ///< may be given often
  bool decides = true;                    ///< whether results depend on it
  bool path = false;                      ///< of a file or a folder
  /// Throws InputError, naming the option, where a text is no such value. Of a flag there are none.
  std::function<void(const std::vector<std::string>& texts)> set = {};
  /// As documents have it; null where nothing was given and there is no default.
  std::function<nlohmann::json()> get = {};
};

/// A whole number from `least` to `most`.
Option whole_option(const std::string& name, int& value, int least, int most, const std::string& meaning);
Option whole_option(const std::string& name, std::size_t& value, std::size_t least, std::size_t most,
                    const std::string& meaning);
/// A whole number that is 0 and no option where it is not given.
Option optional_whole_option(const std::string& name, std::size_t& value, std::size_t least, std::size_t most,
                             const std::string& meaning);
Option optional_whole_option(const std::string& name, int& value, int least, int most, const std::string& meaning);
/// Any whole number without a sign that fits 64 bits.
Option seed_option(const std::string& name, std::uint64_t& value, const std::string& meaning);
/// A finite number from `least` to `most`, both included.
Option number_option(const std::string& name, double& value, double least, double most, const std::string& meaning);
Option text_option(const std::string& name, std::string& value, const std::string& meaning);
/// One of `choices`, or a key of `older`, which stands for the choice that it leads to.
Option choice_option(const std::string& name, std::string& value, const std::vector<std::string>& choices,
                     const std::string& meaning, const std::vector<std::pair<std::string, std::string>>& older = {});
Option flag_option(const std::string& name, bool& value, const std::string& meaning);
Option texts_option(const std::string& name, std::vector<std::string>& values, const std::string& meaning);

/// The texts that give an option this value of a document, as a user would type them.
std::vector<std::string> texts_of(const nlohmann::json& value);
/// The row with this name or alias, or null.
const Option* option_named(const std::vector<Option>& options, const std::string& name);
/// What a command line says of these values, for people who have the files somewhere else: paths without their folders.
std::string command_line(const std::vector<Option>& options);

}  // namespace rule_search
