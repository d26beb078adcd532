// Where a long computation stands.
#pragma once

#include <cstddef>
#include <string>

namespace rule_search {

/// For a person who waits.
struct Progress {
  std::string stage;
  std::string detail;
  double loss = 0;
  std::size_t runs = 0;  ///< units carried out so far
  double share = 0;      ///< rough part of the whole work done, 0 to 1
};

}  // namespace rule_search
