// Which program this is.
#pragma once

#include "report/result.hpp"

namespace rule_search {

/// Name, version, compiler, path of the kernels: as it stands in result.json and heads journals.
result::Program this_program();

}  // namespace rule_search
