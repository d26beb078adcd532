#include "search/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "fit/subset.hpp"

namespace rule_search {

namespace {

// Around `trial`; `terms` are the parameters of its coefficients, in their order. None where slopes are of no use.
struct Around {
  Quadratic model;
  std::vector<std::size_t> terms;
};

std::optional<Around> around(Workbench& bench, const Trial& trial) {
  std::vector<std::size_t> beside;
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (bench.is_term(r) && !trial.in[r]) beside.push_back(r);
  }
  const auto [slopes, entries, parameters] = bench.model_towards(trial, beside, bench.options().fit_units);
  if (!slopes.usable) return std::nullopt;
  Around out;
  std::vector<std::size_t> at;  // in the slopes
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const auto parameter = static_cast<std::size_t>(parameters[k]);
    if (!bench.is_term(parameter)) continue;  // shape parameters stay as they are
    at.push_back(k);
    out.terms.push_back(parameter);
  }
  Quadratic& m = out.model;
  m.size = static_cast<int>(at.size());
  const auto n = static_cast<std::size_t>(slopes.size);
  m.constant = slopes.loss;
  for (std::size_t a : at) {
    const double here = trial.theta[static_cast<std::size_t>(entries[a])];
    double bent = 0;
    for (std::size_t b : at) {
      m.curvature.push_back(slopes.curvature[a * n + b]);
      bent += slopes.curvature[a * n + b] * trial.theta[static_cast<std::size_t>(entries[b])];
    }
    m.pull.push_back(bent - slopes.gradient[a]);
    m.constant += here * (0.5 * bent - slopes.gradient[a]);
  }
  return out;
}

// The smallest rule that leaves little more than the best one; null where all are larger than `most`.
const Trial* good_enough(const Workbench& bench, const Front& front, std::size_t most) {
  double best = std::numeric_limits<double>::infinity();
  for (const auto& [size, trial] : front) {
    if (size <= most) best = std::min(best, trial.loss);
  }
  for (const auto& [size, trial] : front) {
    if (size <= most && trial.loss <= std::max(1.1 * best, bench.objective().traits().tolerance)) return &trial;
  }
  return nullptr;
}

}  // namespace

void exchange(Workbench& bench, Front& front) {
  if (!bench.objective().traits().fits_all_at_once || bench.objective().connections() != 1) return;
  constexpr std::size_t most = 12;  // terms; larger rules are none that anybody asks for
  constexpr int rounds = 3;
  constexpr double worth_a_fit = 0.995;
  const std::size_t units = bench.options().fit_units;
  for (int round = 0; round < rounds; ++round) {
    const Trial* const centre = good_enough(bench, front, most);
    if (centre == nullptr) return;
    const std::optional<Around> here = around(bench, *centre);
    if (!here) return;
    const auto& [model, terms] = *here;
    std::vector<bool> always;
    for (std::size_t r : terms) always.push_back(!bench.may_be_zero(r));
    bool changed = false;
    std::vector<Trial> found;
    for (const auto& [size, trial] : front) {
      if (size > centre->size()) break;
      if (trial.loss <= bench.objective().traits().tolerance) continue;
      std::vector<int> in;
      for (std::size_t k = 0; k < terms.size(); ++k) {
        if (trial.in[terms[k]]) in.push_back(static_cast<int>(k));
      }
      const std::vector<int> other = exchanged(model, in, always);
      if (other == in || !(least(model, other) < worth_a_fit * trial.loss)) continue;
      Trial start = trial;
      start.in.assign(start.in.size(), false);
      for (std::size_t k = 0; k < start.theta.size(); ++k) {
        if (bench.is_term(static_cast<std::size_t>(bench.layout().parameter[k])))
          start.theta[k] = 0;
        else
          start.theta[k] = centre->theta[k];
      }
      const std::vector<double> theta = where_least(model, other);
      for (int k : other) {
        const std::size_t r = terms[static_cast<std::size_t>(k)];
        start.in[r] = true;
        const auto entry = static_cast<std::size_t>(bench.entries_of(r).front());
        start.theta[entry] = bench.moved(entry, 0, theta[static_cast<std::size_t>(k)]);
      }
      found.push_back(std::move(start));
    }
    for (const Trial& start : found) {
      if (bench.fitted(start.in, units) != nullptr) continue;  // the front knows it and has better ones
      bench.tell("reduce", fmt::format("{} other terms", start.size()), front.at(start.size()).loss, 0.55);
      const Trial fitted = bench.fit(start, units, 10, front.at(start.size()).loss);
      if (!(fitted.loss < front.at(start.size()).loss)) continue;
      front.at(start.size()) = fitted;
      changed = true;
    }
    if (!changed) return;
  }
}

}  // namespace rule_search
