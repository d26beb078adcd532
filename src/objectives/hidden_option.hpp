// Layers as a user gives them.
#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"

namespace rule_search {

/// "hidden": neurons a layer with commas between them, or "none".
Option hidden_option(std::vector<int>& hidden, const std::string& meaning);

}  // namespace rule_search
