// What a report calls things, by the objective of the search.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace rule_search {

struct Words {
  bool tasks = true;                  ///< few-shot tasks; else a single layer
  bool goal = false;                  ///< a layer that comes to a goal; else recordings, where there are no tasks
  const char* accuracy = "accuracy";  ///< what Score::accuracy is
  const char* unit = "episode";
  const char* units = "episodes";
  const char* loss = "held-out loss, nats";
  const char* fitted = "episodes";  ///< units of the parts
  const char* validation = "validation episodes";
  const char* test = "test episodes";
  const char* there_is = "";  ///< of a single layer: residuals are in the size of what there is to ...
  const char* does_not = "";  ///< of a single layer: with a loss of 0.5 it does not ...
};
/// Of a document of read_result() or to_json(); results of earlier versions are of tasks.
Words words_of(const nlohmann::json& result);

}  // namespace rule_search
