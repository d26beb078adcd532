// JSON documents as text: read with bounds, written whatever they hold.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rule_search {

struct DocumentLimits {
  std::uintmax_t mebibytes;
  int levels;  ///< of nesting
};

/// Of files in which all numbers of a unit are recorded.
inline constexpr DocumentLimits recorded_limits = {1024, 16};

/// Reads a file. Throws InputError where it can't be read, is no JSON, or is beyond the limits; `what` is
/// what was expected, as in "a recorded episode (JSON)".
nlohmann::json read_document(const std::string& path, const std::string& what, DocumentLimits limits);

/// As text; indent -1 is one line. Names of files and folders may hold bytes that are no UTF-8; they become
/// U+FFFD.
std::string dump(const nlohmann::json& document, int indent = -1);

/// A value as a message names it: "a list of 3", "an object", or the value itself, shortened.
std::string described(const nlohmann::json& value);

}  // namespace rule_search
