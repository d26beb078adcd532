// What a program of this project throws where its input can't be used.
#pragma once

#include <stdexcept>

namespace rule_search {

/// Input that can't be used: a file, an option, data. `what()` is complete (what, where, expected, found, how to fix it) and
/// ends without a line break.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace rule_search
