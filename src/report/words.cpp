#include "report/words.hpp"

#include <nlohmann/json.hpp>

#include "report/reading.hpp"

namespace rule_search {

Words words_of(const nlohmann::json& result) {
  if (text_in(object_in(result, "objective"), "name") != "trajectory") return {};
  return {false, "explained", "cell", "cells", "held-out loss"};
}

}  // namespace rule_search
