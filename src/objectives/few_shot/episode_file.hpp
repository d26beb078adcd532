// Episodes recorded with all their numbers, for comparing with other software.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "objectives/few_shot/episode.hpp"

namespace rule_search {

struct Recording {
  std::string name;
  Episode episode;
  /// Values by parameter name: one, or one a connection.
  std::vector<std::pair<std::string, std::vector<double>>> parameters;
};

/// Reads the JSON format of tests/golden/README.md. Throws InputError that names the file and the place in
/// it.
Recording read_recording(const std::string& path);
/// The same of a document that was read from there.
Recording recording_in(const nlohmann::json& document, const std::string& path);

/// The same format as text, every number to its last bit.
std::string to_json(const Recording& recording);

}  // namespace rule_search
