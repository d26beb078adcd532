// How a rule did on many units, with intervals.
#pragma once

#include <cstddef>
#include <vector>

#include "base/statistics.hpp"
#include "fit/outcome.hpp"

namespace rule_search {

/// Over episodes. A loss counts up to twice that of chance, which is also what an episode counts that blew
/// up; its accuracy is that of chance.
struct Score {
  Estimate loss;
  Estimate accuracy;
  std::vector<double> losses;            ///< by episode
  std::vector<double> accuracies;        ///< by episode
  std::vector<Estimate> alignment;       ///< degrees by layer, over episodes where it is defined; NaN where none is
  std::vector<Estimate> orthonormality;  ///< by connection, over episodes that did not blow up
  std::size_t diverged = 0;  ///< episodes that blew up: not finite, or a loss of 100 times chance; they count as chance
};

/// Of episodes that were run; `classes` says what chance is.
Score summarise(const std::vector<Outcome>& outcomes, int classes);

}  // namespace rule_search
