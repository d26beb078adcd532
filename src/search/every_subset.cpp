#include "search/every_subset.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "search/reduce.hpp"

namespace rule_search {

void fit_every_subset(Workbench& bench, Front& front) {
  if (!bench.objective().traits().cheap_units || bench.options().fresh) return;
  std::vector<std::size_t> terms;
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (bench.is_term(r)) terms.push_back(r);
  }
  if (terms.size() > most_terms_of_subsets) return;
  const std::size_t sets = std::size_t{1} << terms.size();
  for (std::size_t k = 1; k < sets; ++k) {
    Trial start;
    start.in.assign(bench.parameters(), false);
    start.theta = bench.nothing_in();
    for (std::size_t t = 0; t < terms.size(); ++t) start.in[terms[t]] = (k >> t & 1U) != 0;
    if (!bench.complete(start.in)) continue;
    bench.tell("reduce", fmt::format("set {} of {} sets of terms", k, sets - 1), 0,
               0.5 + 0.09 * static_cast<double>(k) / static_cast<double>(sets));
    const Trial fitted = bench.fit_from_several(start, bench.options().fit_units);
    if (std::isfinite(fitted.loss)) keep(front, fitted);
  }
}

}  // namespace rule_search
