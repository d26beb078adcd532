#pragma once

namespace rule_search {

/// Rules are searched on one part of what there is, chosen on a second and reported on a third.
enum class Part { search, validation, test };

}  // namespace rule_search
