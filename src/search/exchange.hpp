// Better rules of the sizes that are known: terms exchanged for others, one or two at a time.
#pragma once

#include "search/front.hpp"

namespace rule_search {

/// Taking terms out one by one can lose one that others, which go later, make up for. So where the objective allows all
/// candidates to be fitted at once, a quadratic model is made around the smallest rule of the front that leaves little more
/// than the best. Terms of that rule and of the smaller ones are exchanged on it, bounds and shape parameters left alone; what
/// comes out better is fitted, and kept where it is.
void exchange(Workbench& bench, Front& front);

}  // namespace rule_search
