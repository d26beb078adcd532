#include "search/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "search/removal.hpp"

namespace rule_search {

namespace {

std::size_t size_of(const PathStep& step) { return terms_of(step.fitted.rule); }

std::size_t distance(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

}  // namespace

std::vector<Trial> removals(Workbench& bench, const Trial& whole) {
  const std::size_t units = bench.options().refit_units;
  const QuadraticModel model = bench.model_among_all(whole);
  std::vector<Trial> out;
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (!whole.in[r]) continue;
    bench.tell("ablate", bench.candidates().parameters[r].name, whole.loss, 0.9);
    Trial rest = whole;
    rest.in[r] = false;
    if (rest.size() == 0) {
      for (int e : bench.entries_of(r)) rest.theta[static_cast<std::size_t>(e)] = 0;
    } else {
      const std::vector<bool> in = rest.in;
      const Trial start = bench.steadied(rest_without(bench, whole, model, r), units);
      const Trial* known = bench.fitted(in, units);
      if (known == nullptr || start.loss < known->loss) bench.fit(start, units, 8);
      known = bench.fitted(in, units);
      rest = known != nullptr ? *known : start;
    }
    out.push_back(std::move(rest));
  }
  return out;
}

void select(Workbench& bench, Choice& choice, std::size_t terms) {
  const std::size_t by_itself = size_of(choice.path[choice.chosen]);
  std::size_t nearest = choice.chosen;
  // From the largest to the smallest, so that of two as near the smaller stays.
  for (std::size_t k = 0; k < choice.path.size(); ++k) {
    if (distance(size_of(choice.path[k]), terms) <= distance(size_of(choice.path[nearest]), terms)) nearest = k;
  }
  const std::size_t size = size_of(choice.path[nearest]);
  std::string why = fmt::format("selected by the user, who asked for {} terms", terms);
  if (size != terms) why += fmt::format("; the path has none of that size, the nearest has {}", size);
  choice.why = fmt::format("{}; by itself the search chose {} terms: {}", why, by_itself, choice.why);
  choice.steps.clear();
  if (nearest == choice.chosen) return;
  choice.chosen = nearest;
  choice.exact = bench.best_by_size(bench.options().refit_units).at(size);
  choice.without = removals(bench, choice.exact);
  be_certain(bench, choice);
}

void check_select(const Rule& candidates, const SearchOptions& options) {
  const std::vector<std::string>& must = options.constraints.must;
  const auto needed = static_cast<std::size_t>(
      std::count_if(candidates.parameters.begin(), candidates.parameters.end(), [&](const Parameter& p) {
        if (is_shape(p)) return false;
        return p.lower > 0 || p.upper < 0 || std::find(must.begin(), must.end(), p.name) != must.end();
      }));
  const std::size_t terms = options.select;
  const std::size_t least = std::max<std::size_t>(1, needed);
  std::size_t most = terms_of(candidates);
  if (options.constraints.max_terms > 0) most = std::min(most, options.constraints.max_terms);
  if (terms >= least && terms <= most) return;
  throw InputError(
      fmt::format("‹select› {}: the rule {} can give rules of {} to {} terms\n  hint: ‹select› {} "
                  "to ‹select› {}",
                  terms, candidates.name, least, most, least, most));
}

}  // namespace rule_search
