#include "report/words.hpp"

#include <nlohmann/json.hpp>

#include "report/reading.hpp"

namespace rule_search {

Words words_of(const nlohmann::json& result) {
  const std::string objective = text_in(object_in(result, "objective"), "name");
  if (objective == "trajectory")
    return {false,
            false,
            "explained",
            "cell",
            "cells",
            "held-out loss",
            "cells of recordings",
            "cells of validation recordings",
            "cells of test recordings",
            "explain",
            "change"};
  if (objective == "function")
    return {false,         true,   "reached", "world", "worlds", "held-out loss", "worlds", "validation worlds",
            "test worlds", "want", "learn"};
  return {};
}

}  // namespace rule_search
