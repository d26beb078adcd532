#include "run/program.hpp"

#include "evaluate/kernels/table.hpp"

namespace rule_search {

result::Program this_program() {
  return {"rule-search", RULE_SEARCH_VERSION, RULE_SEARCH_COMPILER, kernels::processor_path()};
}

}  // namespace rule_search
