// What a report calls things, by the objective of the search.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace rule_search {

struct Words {
  bool tasks = true;             ///< few-shot tasks; else recordings
  const char* accuracy = "accuracy";  ///< what Score::accuracy is
  const char* unit = "episode";
  const char* units = "episodes";
  const char* loss = "held-out loss, nats";
};
/// Of a document of read_result() or to_json(); results of earlier versions are of tasks.
Words words_of(const nlohmann::json& result);

}  // namespace rule_search
