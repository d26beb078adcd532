// What a program of this project throws where its input can't be used.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rule_search {

/// Input that can't be used: a file, an option, data. `what()` is complete (what, where, expected, found, how to fix it) and
/// ends without a line break. Options stand in it by their names, as ‹seed›: who shows the message says them as its user
/// typed them, on a command line as --seed.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The message with every ‹name› as `say` has it; where that is null the text is no option and stays.
std::string with_options(std::string_view message,
                         const std::function<std::optional<std::string>(std::string_view name)>& say);

}  // namespace rule_search
