// Which units there are of each part, and shares of those to search on, where units are given and not drawn.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "fit/part.hpp"

namespace rule_search {

/// By Part: numbers of units.
using UnitSplit = std::array<std::vector<std::size_t>, 3>;

/// Fold f of so many: every one of Part::search whose place is f modulo `folds` is of Part::validation, and there are no
/// others. `places`: of those.
UnitSplit fold_of(const UnitSplit& whole, std::size_t f, std::size_t folds, std::vector<std::size_t>& places);

}  // namespace rule_search
