#include "search/scan.hpp"

#include <cmath>

#include "search/front.hpp"

namespace rule_search {

namespace {

Trial moved(const Workbench& bench, Trial from, const std::vector<double>& direction, double length) {
  for (std::size_t k = 0; k < from.theta.size(); ++k)
    from.theta[k] = bench.moved(k, from.theta[k], length * direction[k]);
  return from;
}

}  // namespace

std::vector<const Trial*> relatives(const Workbench& bench, const Trial& now, std::size_t parameter) {
  std::vector<const Trial*> out;
  for (std::size_t r = 0; r < now.in.size(); ++r) {
    if (!now.in[r] || !bench.may_be_zero(r)) continue;
    std::vector<bool> in = now.in;
    in[r] = false;
    in[parameter] = true;
    const Trial* known = bench.known(in, bench.options().fit_units);
    if (known == nullptr) known = bench.known(in, half_of_fit(bench));
    if (known != nullptr) out.push_back(known);
  }
  return out;
}

Trial scanned(Workbench& bench, const Trial& now, const Entrant& entrant) {
  Trial from = now;
  from.in[entrant.parameter] = true;
  // At zero nothing has been learnt and the slope's side is certain, the length is not.
  const bool at_zero = now.size() == 0;
  const std::size_t units = half_of_fit(bench);
  Trial best = from;
  best.loss = bench.loss(at_zero ? from : now, units);
  const auto walk = [&](const Trial& start, double side, double first, double last, double factor) {
    double least = start.loss;
    for (double length = first; length <= last; length *= factor) {
      Trial here = moved(bench, start, entrant.direction, side * length);
      here.loss = bench.loss(here, units);
      if (!std::isfinite(here.loss)) return;  // longer steps diverge all the more
      if (here.loss < best.loss) best = here;
      if (here.loss > 1.2 * least + 0.02) return;
      least = std::min(least, here.loss);
    }
  };
  if (at_zero) {
    // Sizes of coefficients span orders of magnitude: first in long strides, then around the best.
    walk(best, 1, 0x1p-12, 8, 4);
    std::vector<double> nearby = best.theta;
    for (std::size_t k = 0; k < nearby.size(); ++k) nearby[k] -= from.theta[k];
    for (double factor : {0.5, 2.0}) {
      Trial here = moved(bench, from, nearby, factor);
      here.loss = bench.loss(here, units);
      if (here.loss < best.loss) best = here;
    }
    return best;
  }
  const Trial start = best;
  walk(start, 1, 0x1p-6, 1, 2);
  if (!(best.loss < start.loss)) walk(start, -1, 0x1p-6, 1, 2);
  // Rules that had this term in place of another one know more of it than slopes do.
  for (const Trial* other : relatives(bench, now, entrant.parameter)) {
    for (double share : {0.25, 0.5, 0.75}) {
      Trial here = from;
      for (std::size_t k = 0; k < here.theta.size(); ++k)
        here.theta[k] = (1 - share) * now.theta[k] + share * other->theta[k];
      here.loss = bench.loss(here, units);
      if (here.loss < best.loss) best = here;
    }
  }
  return best;
}

}  // namespace rule_search
