#include "search/removal.hpp"

#include <algorithm>

namespace rule_search {

Trial rest_without(Workbench& bench, const Trial& whole, const QuadraticModel& model, std::size_t parameter) {
  const std::vector<int> free = bench.entries_in(whole.in);
  const std::vector<int> gone = bench.entries_of(parameter);
  Trial best = whole;
  best.in[parameter] = false;
  for (int e : gone) best.theta[static_cast<std::size_t>(e)] = 0;
  best.loss = bench.loss(best);
  if (model.usable) {
    Trial made_up = best;
    made_up.theta = compensated(model, whole.theta, free, gone);
    for (std::size_t k = 0; k < made_up.theta.size(); ++k)
      made_up.theta[k] = bench.moved(k, best.theta[k], made_up.theta[k] - best.theta[k]);
    made_up.loss = bench.loss(made_up);
    if (made_up.loss < best.loss) best = made_up;
  }
  if (const Trial* known = bench.best_within(best.in, bench.options().fit_units);
      known != nullptr && known->loss < best.loss) {
    best.theta = known->theta;
    best.loss = known->loss;
  }
  return best;
}

}  // namespace rule_search
