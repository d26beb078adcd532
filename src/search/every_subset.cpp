#include "search/every_subset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

#include "search/reduce.hpp"

namespace rule_search {

// Chi squared of two rules that do the same.
constexpr double same_chi_squared = 0.01;

void fit_every_subset(Workbench& bench, Front& front) {
  if (!bench.objective().traits().cheap_units || bench.options().fresh) return;
  std::vector<std::size_t> terms;
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (bench.is_term(r)) terms.push_back(r);
  }
  if (terms.size() > most_terms_of_subsets) return;
  // Of two sets that leave as much the one with fewer time constants is the simpler: where errors are known, chi squared counts
  // with two for each parameter (Akaike, IEEE Trans. Autom. Control 19:716 (1974)).
  const std::size_t units = bench.options().fit_units;
  const auto rank = [&](const Trial& trial) {
    const bool known = bench.objective().traits().known_errors;
    return trial.loss +
           (known ? static_cast<double>(bench.entries_in(trial.in).size()) / static_cast<double>(units) : 0.0);
  };
  std::map<std::size_t, double> best;  // rank, by size
  const std::size_t sets = std::size_t{1} << terms.size();
  for (std::size_t k = 1; k < sets; ++k) {
    Trial start;
    start.in.assign(bench.parameters(), false);
    start.theta = bench.nothing_in();
    for (std::size_t t = 0; t < terms.size(); ++t) start.in[terms[t]] = (k >> t & 1U) != 0;
    if (!bench.complete(start.in)) continue;
    bench.tell("reduce", fmt::format("set {} of {} sets of terms", k, sets - 1), 0,
               0.5 + 0.09 * static_cast<double>(k) / static_cast<double>(sets));
    const Trial fitted = bench.fit_from_several(start, units);
    if (!std::isfinite(fitted.loss)) continue;
    const auto [at, fresh] = front.try_emplace(fitted.size(), fitted);
    if (fresh) continue;
    // Of sets that leave the same but for rounding, that whose terms stand first in the pool.
    double& least = best.try_emplace(fitted.size(), rank(at->second)).first->second;
    const double gain = least - rank(fitted);
    least = std::min(least, rank(fitted));
    const double same =
        bench.objective().traits().known_errors ? 0.5 * same_chi_squared / static_cast<double>(units) : 0;
    if (gain > same || (std::abs(gain) < same && fitted.in > at->second.in)) at->second = fitted;
  }
}

}  // namespace rule_search
