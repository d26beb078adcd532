// How units are carried out, and what ends it early. Results never depend on it.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>

#include "base/ranks.hpp"

namespace rule_search {

/// Thrown at a safe point or out of a step; what() is why.
class SearchStopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asked before every unit, from several threads at once; what it throws ends the run.
using BeforeUnit = std::function<void()>;

struct Execution {
  BeforeUnit before = {};
  Ranks* ranks = nullptr;  ///< that share the units; null where there is this process alone
  std::function<std::size_t()> beside =
      {};  ///< how many procedures have not ended, this one among them; none: it alone
};

}  // namespace rule_search
