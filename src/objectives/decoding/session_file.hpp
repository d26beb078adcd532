// Sessions recorded with all their numbers, for comparing with other software.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "objectives/decoding/session.hpp"

namespace rule_search {

struct RecordedDecoding {
  std::string name;
  DecodingSession session;
  std::string
      rule;  ///< its text; where a file has none, that of rules/spiking/two_trace.rule with the file's constants
  /// Values by parameter name.
  std::vector<std::pair<std::string, std::vector<double>>> parameters;
};

/// Whether a document is such a session, rather than a recorded unit of another kind.
bool is_decoding_session(const nlohmann::json& document);

/// What a document in the JSON format of docs/decoding.md holds, which was read from `path`. Throws InputError that names the
/// file and the place in it.
RecordedDecoding decoding_session_in(const nlohmann::json& document, const std::string& path);

/// The same format as text, every number to its last bit.
std::string to_json(const RecordedDecoding& recorded);

/// Rows of `columns` numbers each.
nlohmann::json json_rows(const std::vector<double>& values, int columns);

}  // namespace rule_search
