// Fits for losses full of little valleys, where a batch that stays the same is soon fitted no further.
#pragma once

#include <vector>

#include "fit/fit.hpp"
#include "plan/layout.hpp"

namespace rule_search {

/// As fit(), of the entries `moved`, but every step is taken on units of its own: the first `request.units` judge, and
/// their loss is fit_loss; steps take units far behind them, each its own. A step is Levenberg's and Marquardt's, by the
/// derivatives of its units, in several lengths; the loss itself on the same units says which is taken. If none is,
/// entries are halved and doubled one by one. At last the
/// first units say whether the end is better than the start, and whether the mean of the last places is.
FittedRule fit_on_fresh_units(const Rule& rule, const ParameterLayout& layout, const std::vector<double>& start,
                              const std::vector<int>& moved, const FitRequest& request);

}  // namespace rule_search
