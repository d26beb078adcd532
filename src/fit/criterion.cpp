#include "fit/criterion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rule_search {

double Criterion::quantile(double share) const {
  std::vector<double> sorted = trials;
  std::sort(sorted.begin(), sorted.end());
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Estimate Criterion::share_reached() const {
  return wilson(static_cast<int>(std::lround(std::accumulate(reached.begin(), reached.end(), 0.0))),
                static_cast<int>(reached.size()));
}

Criterion criterion_of(const std::vector<Outcome>& outcomes, int longest) {
  Criterion out;
  for (const Outcome& o : outcomes) {
    out.trials.push_back(o.criterion > 0 ? o.criterion : longest);
    out.reached.push_back(o.criterion > 0 ? 1 : 0);
  }
  return out;
}

std::string text(const Criterion& c, const std::string& units) {
  const Estimate share = c.share_reached();
  return fmt::format("median {:.0f} (quartiles {:.0f} to {:.0f}); reached in {:.0f} % ({:.0f} to {:.0f}) of {} {}",
                     c.quantile(0.5), c.quantile(0.25), c.quantile(0.75), 100 * share.mean, 100 * share.low,
                     100 * share.high, c.trials.size(), units);
}

}  // namespace rule_search
