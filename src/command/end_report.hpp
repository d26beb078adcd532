// How a search ended, on standard output.
#pragma once

#include "run/carry_out.hpp"

namespace rule_search::command {

/// Returns the exit code: 0 done, 3 stopped before its end. Throws where the files could not be written.
int print_end(const SearchEnd& end, bool as_json);

}  // namespace rule_search::command
