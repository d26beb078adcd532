// What a search is asked, whatever the objective.
#pragma once

#include <cstddef>
#include <cstdint>

#include "search/constraints.hpp"

namespace rule_search {

struct SearchOptions {
  std::uint64_t seed = 1;
  std::size_t fit_units = 16;    ///< a batch while growing and pruning
  std::size_t refit_units = 32;  ///< for the coefficients that are reported
  std::size_t validation_units = 200;
  std::size_t test_units = 200;
  bool fresh = false;            ///< every step of a fit on units of its own
  std::size_t curve_units = 30;  ///< validation units for every point along a fit
  Constraints constraints;
  std::size_t select = 0;  ///< report the front's rule of so many terms, or the nearest there is; 0: choose
};

}  // namespace rule_search
