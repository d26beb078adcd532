// The conditions of a search, read back from its result.json.
#pragma once

#include <cstdint>
#include <string>

#include "objectives/few_shot/task.hpp"
#include "report/result.hpp"

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

/// Of a result that read_result() gave; `path` is for messages. Throws InputError, naming the key, where it is of another
/// objective or lacks what is needed.
ResultSetting read_setting(const Result& result, const std::string& path);

}  // namespace rule_search
