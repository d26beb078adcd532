// The objectives of the program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "objectives/kind.hpp"

namespace rule_search {

/// One of each, with the options' defaults; the first is the one that is meant where none is named.
std::vector<std::unique_ptr<ObjectiveKind>> objective_kinds();
/// By name, also an older one. Throws InputError where there is none.
std::unique_ptr<ObjectiveKind> objective_kind(const std::string& name);

}  // namespace rule_search
