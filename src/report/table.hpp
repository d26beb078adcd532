// Table, formula, baselines: what a person reads on the terminal.
#pragma once

#include <string>

#include "report/result.hpp"

namespace rule_search {

std::string to_table(const Result& result);

}  // namespace rule_search
