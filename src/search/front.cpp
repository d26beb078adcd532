#include "search/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/removal.hpp"

namespace rule_search {

namespace {

// Terms that lower the loss by less than this share are not worth their tangents.
constexpr double least_gain = 3e-3;

}  // namespace

std::size_t half_of_fit(const Workbench& bench) { return std::max<std::size_t>(2, bench.options().fit_units / 2); }

bool keep(Front& front, const Trial& trial) {
  if (!std::isfinite(trial.loss)) return false;
  const auto [at, fresh] = front.try_emplace(trial.size(), trial);
  if (fresh) return true;
  if (!(trial.loss < at->second.loss)) return false;
  const bool better = trial.loss < (1 - least_gain) * at->second.loss;
  at->second = trial;
  return better;
}

Trial reduced(Workbench& bench, const Trial& now, const QuadraticModel& model, std::size_t tries, int iterations,
              double goal) {
  std::vector<std::pair<double, std::size_t>> costs;
  const std::vector<int> free = bench.entries_in(now.in);
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (now.in[r] && bench.may_be_zero(r))
      costs.emplace_back(predicted_cost(model, now.theta, free, bench.entries_of(r)), r);
  }
  std::sort(costs.begin(), costs.end());
  Trial best;
  best.loss = std::numeric_limits<double>::infinity();
  tries = std::min(tries, costs.size());
  bench.ahead(
      tries,
      [&](std::size_t k, Workbench& own) {
        std::vector<bool> rest = now.in;
        rest[costs[k].second] = false;
        if (own.fitted(rest, own.options().fit_units) != nullptr) return;
        own.fit(rest_without(own, now, model, costs[k].second), own.options().fit_units, iterations, goal);
      },
      true);
  for (std::size_t k = 0; k < tries; ++k) {
    const std::size_t r = costs[k].second;
    bench.detail(fmt::format("{} terms without {}", now.size(), bench.candidates().parameters[r].name));
    std::vector<bool> rest = now.in;
    rest[r] = false;
    if (const Trial* known = bench.fitted(rest, bench.options().fit_units)) {
      if (known->loss < best.loss) best = *known;
      continue;
    }
    const Trial fitted =
        bench.fit(rest_without(bench, now, model, r), bench.options().fit_units, iterations, std::min(goal, best.loss));
    if (fitted.loss < best.loss) best = fitted;
  }
  return best;
}

}  // namespace rule_search
