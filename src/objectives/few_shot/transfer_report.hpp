// How a rule does where it was not fitted, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "objectives/few_shot/transfer.hpp"

namespace rule_search {

/// What stands under "transfer" in a result.json, and alone in transfer.json.
nlohmann::json to_json(const Transfer& transfer);
std::string to_table(const Transfer& transfer);

}  // namespace rule_search
