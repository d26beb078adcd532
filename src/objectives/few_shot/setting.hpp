// The conditions of a search, read back from its result.json.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "search/search.hpp"

namespace rule_search {

struct ResultSetting {
  Feedback feedback = Feedback::fixed;
  Network network;
  TaskShape task;
  std::uint64_t seed = 1;
  std::string data_name, data_hash;
  double feedback_alignment_eta = 0;
  double backpropagation_eta = 0;
};

/// From a document of read_result(); `path` is for messages. Throws InputError, naming the key.
ResultSetting read_setting(const nlohmann::json& result, const std::string& path);

}  // namespace rule_search
