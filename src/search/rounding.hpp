// With how many digits the chosen rule is reported.
#pragma once

#include "search/choice.hpp"

namespace rule_search {

/// As few significant digits as the standard errors and the validation units allow.
FittedRule round_coefficients(Workbench& bench, const Choice& choice);

}  // namespace rule_search
