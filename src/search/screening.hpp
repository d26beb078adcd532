// Which candidates are worth a trial: slope and curvature of the loss towards each of them at coefficient 0.
#pragma once

#include <optional>

#include "search/workbench.hpp"

namespace rule_search {

struct Entrant {
  std::size_t parameter = 0;
  Estimate gain;  ///< decrease of the loss that the quadratic model promises; interval over units
  /// How theta moves, by entry, when the candidate leaves 0 and the terms that are in follow.
  std::vector<double> direction;
  Trial start;  ///< where a fit of the rule with the candidate begins
};

struct Screening {
  bool usable = false;            ///< false where an unit diverged
  double loss = 0;                ///< of the rule as it stands, on the fit units
  std::vector<Entrant> entrants;  ///< the most promising first
};

/// All candidates that are not in. Where there are many, in blocks: all on a few units, then the best of
/// them on all fit units; entrants holds those.
Screening screen(Workbench& bench, const Trial& now);

/// One candidate that is not in, on `units` fit units. Null where an unit diverged.
std::optional<Entrant> screen_one(Workbench& bench, const Trial& now, std::size_t parameter, std::size_t units);

}  // namespace rule_search
