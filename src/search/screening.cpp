#include "search/screening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plan/plan.hpp"

namespace rule_search {

namespace {

// Entries of theta that one pass differentiates by, beside those of the rule; more need more memory than they
// save time.
constexpr std::size_t widest_block = 16;
// Units of all blocks that are under way, for every worker: the fewer, the more workers wait for the last.
constexpr std::size_t rounds = 4;
// Candidates that are looked at again on all units.
constexpr std::size_t second_round = 24;

// A plan costs as much as its dearest term: terms that need weights by element share blocks with their like.
int dearness(const Workbench& bench, std::size_t parameter) {
  std::vector<bool> dropped(bench.parameters(), true);
  for (std::size_t r = 0; r < dropped.size(); ++r) dropped[r] = r != parameter && bench.is_term(r);
  const plan::Plan plan = plan::lower(without(bench.candidates(), dropped));
  return plan.has_dense_matrices() ? 3 : !plan::in_sample_space(plan) ? 2 : plan.replays() ? 1 : 0;
}

std::vector<std::vector<std::size_t>> blocks_of(const Workbench& bench, const std::vector<std::size_t>& candidates) {
  std::size_t entries = 0;
  for (std::size_t r : candidates) entries += bench.entries_of(r).size();
  if (entries <= 1.5 * widest_block) return {candidates};
  std::vector<std::pair<int, std::size_t>> order;
  for (std::size_t r : candidates) order.emplace_back(dearness(bench, r), r);
  std::sort(order.begin(), order.end());
  std::vector<std::vector<std::size_t>> blocks;
  std::size_t width = widest_block;
  int kind = -1;
  for (const auto& [dear, r] : order) {
    const std::size_t own = bench.entries_of(r).size();
    if (width + own > widest_block || dear != kind) {
      blocks.emplace_back();
      width = 0;
      kind = dear;
    }
    blocks.back().push_back(r);
    width += own;
  }
  return blocks;
}

// The predicted gain is half the square of the slope along the entering direction, whose curvature is 1.
Estimate gain_of(const QuadraticModel& s, const std::vector<double>& direction, double gain) {
  const auto n = static_cast<std::size_t>(s.size);
  const std::size_t units = n == 0 ? 0 : s.unit_gradient.size() / n;
  std::vector<double> along;
  for (std::size_t e = 0; e < units; ++e) {
    double slope = 0;
    for (std::size_t k = 0; k < n; ++k) slope += s.unit_gradient[e * n + k] * direction[k];
    along.push_back(slope);
  }
  Estimate out = estimate(along);
  const double least = out.low * out.high <= 0 ? 0 : std::min(std::abs(out.low), std::abs(out.high));
  const double most = std::max(std::abs(out.low), std::abs(out.high));
  out.mean = gain;
  out.low = 0.5 * least * least;
  out.high = 0.5 * most * most;
  return out;
}

Screening screen_on(Workbench& bench, const Trial& now, const std::vector<std::size_t>& candidates, std::size_t units) {
  Screening out;
  std::size_t done = 0;
  const std::vector<std::vector<std::size_t>> blocks = blocks_of(bench, candidates);
  // No more at once than keep all workers at work, since every block takes memory of its own.
  const std::size_t at_once = std::max<std::size_t>(1, rounds * bench.steps().workers() / units);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (b % at_once == 0) {
      // The dearest of these, which come last, are begun first, so that the others need not wait for them.
      const std::size_t end = std::min(b + at_once, blocks.size());
      bench.ahead(end - b, [&](std::size_t k, Workbench& own) { own.model_towards(now, blocks[end - 1 - k], units); });
    }
    const std::vector<std::size_t>& block = blocks[b];
    if (block.size() < candidates.size())
      bench.detail(fmt::format("{} terms, screened {} of {}", now.size(), done, candidates.size()));
    const Workbench::Towards towards = bench.model_towards(now, block, units);
    if (!towards.model.usable) return {};
    out.loss = towards.model.loss;
    std::vector<int> free;
    const std::vector<int> in = bench.entries_in(now.in);
    for (std::size_t k = 0; k < towards.entries.size(); ++k) {
      if (std::find(in.begin(), in.end(), towards.entries[k]) != in.end()) free.push_back(static_cast<int>(k));
    }
    for (std::size_t r : block) {
      const std::vector<int> own = towards.places(r);
      if (own.empty()) continue;
      Entrant e;
      e.parameter = r;
      const std::vector<double> direction = entering_direction(towards.model, free, own);
      e.gain = gain_of(towards.model, direction, predicted_gain(towards.model, free, own));
      e.direction.assign(static_cast<std::size_t>(bench.layout().size()), 0.0);
      for (std::size_t k = 0; k < direction.size(); ++k)
        e.direction[static_cast<std::size_t>(towards.entries[k])] = direction[k];
      out.entrants.push_back(std::move(e));
    }
    done += block.size();
  }
  out.usable = true;
  std::stable_sort(out.entrants.begin(), out.entrants.end(),
                   [](const Entrant& a, const Entrant& b) { return a.gain.mean > b.gain.mean; });
  return out;
}

}  // namespace

Screening screen(Workbench& bench, const Trial& now) {
  std::vector<std::size_t> candidates;
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (!now.in[r] && bench.is_term(r)) candidates.push_back(r);
  }
  const std::size_t all = bench.options().fit_units;
  if (candidates.size() > second_round) {
    Screening first = screen_on(bench, now, candidates, std::max<std::size_t>(2, all / 4));
    if (!first.usable) return first;
    bench.screened(first.entrants.size());
    candidates.clear();
    for (std::size_t k = 0; k < second_round; ++k) candidates.push_back(first.entrants[k].parameter);
    std::sort(candidates.begin(), candidates.end());
  } else {
    bench.screened(candidates.size());
  }
  Screening out = screen_on(bench, now, candidates, all);
  bench.remember_screening(now.size(), out.entrants.begin(), out.entrants.end());
  return out;
}

std::optional<Entrant> screen_one(Workbench& bench, const Trial& now, std::size_t parameter, std::size_t units) {
  Screening out = screen_on(bench, now, {parameter}, units);
  if (!out.usable || out.entrants.empty()) return std::nullopt;
  return std::move(out.entrants.front());
}

}  // namespace rule_search
