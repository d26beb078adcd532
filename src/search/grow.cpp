#include "search/grow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

#include "expression/candidates.hpp"
#include "expression/distinct.hpp"
#include "fit/start.hpp"
#include "search/scan.hpp"
#include "search/screening.hpp"

namespace rule_search {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

// While few terms are in, rules within this share of the best loss may still come out ahead of it.
constexpr double as_good = 1.15;

// Whether growth still gains anything need not be known as well as what is chosen in the end.
std::size_t growth_validation(const Workbench& bench) {
  return std::max<std::size_t>(2, bench.options().validation_units / 2);
}

// How good a rule is, to rank several of one size. Where every step of a fit takes units of its own, losses of fits are of few
// units, and the best of many is the luckiest: validation units say it.
double rank_of(Workbench& bench, const Trial& trial) {
  if (!bench.options().fresh || !std::isfinite(trial.loss)) return trial.loss;
  return bench.score(Part::validation, trial, growth_validation(bench)).loss.mean;
}

void sort_by_rank(Workbench& bench, std::vector<Entrant>& entrants) {
  if (bench.options().fresh)
    bench.ahead(entrants.size(), [&](std::size_t k, Workbench& own) { rank_of(own, entrants[k].start); });
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t k = 0; k < entrants.size(); ++k) order.emplace_back(rank_of(bench, entrants[k].start), k);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Entrant> sorted;
  for (const auto& [rank, k] : order) sorted.push_back(std::move(entrants[k]));
  entrants = std::move(sorted);
}

// The best rule with one term more.
Trial enlarged(Workbench& bench, const Trial& now, std::vector<Entrant> entrants) {
  // While few terms are in, the quadratic model ranks badly and trials are cheap.
  const bool few = now.size() < 3;
  if (const std::size_t scans = few ? 12 : 5; entrants.size() > scans) entrants.resize(scans);
  // Starts from other rules of the same size, as good as this one for all that is known: the same terms can
  // have two good places with a wall between them, one reached by adding the first term last, the other by
  // adding the last one first.
  std::vector<Entrant> others;
  const auto from_relatives = [&](Workbench& own, const Entrant& e) {
    std::vector<Entrant> out;
    for (const Trial* other : relatives(own, now, e.parameter)) {
      if (!(other->loss <= as_good * now.loss)) continue;
      const Trial from = *other;
      std::size_t missing = 0;
      while (!now.in[missing] || from.in[missing]) ++missing;
      if (std::optional<Entrant> back = screen_one(own, from, missing, half_of_fit(own))) {
        back->start = scanned(own, from, *back);
        out.push_back(std::move(*back));
      }
    }
    return out;
  };
  // Where every fit takes units of its own, starts differ less than their losses vary.
  const bool looks_back = few && now.size() >= 2 && !bench.options().fresh;
  if (now.size() > 0) bench.loss(now, half_of_fit(bench));  // all scans begin with it
  bench.ahead(entrants.size(), [&](std::size_t k, Workbench& own) {
    scanned(own, now, entrants[k]);
    if (looks_back) from_relatives(own, entrants[k]);
  });
  for (Entrant& e : entrants) {
    bench.detail(fmt::format("{} terms, try {}", now.size(), bench.candidates().parameters[e.parameter].name));
    e.start = scanned(bench, now, e);
    if (!looks_back) continue;
    for (Entrant& other : from_relatives(bench, e)) others.push_back(std::move(other));
  }
  // A race: short fits on half of the units say which entrants are worth fits on all. With more terms in,
  // scans say it well enough.
  const std::size_t half = half_of_fit(bench);
  const std::size_t racers = now.size() < 2 && !bench.options().fresh ? entrants.size() : few ? 6 : 0;
  constexpr std::size_t fits = 3;
  const auto better = [](const Entrant& a, const Entrant& b) { return a.start.loss < b.start.loss; };
  std::stable_sort(entrants.begin(), entrants.end(), better);
  if (racers > 0 && entrants.size() > fits) {
    if (entrants.size() > racers) entrants.resize(racers);
    entrants.insert(entrants.end(), others.begin(), others.end());
    const int steps = bench.options().fresh ? 2 : 4;
    bench.ahead(
        entrants.size(), [&](std::size_t k, Workbench& own) { own.fit(entrants[k].start, half, steps, never); }, true);
    double least = never;
    for (Entrant& e : entrants) {
      e.start = bench.fit(e.start, half, steps, least);
      least = std::min(least, e.start.loss);
    }
    std::stable_sort(entrants.begin(), entrants.end(), better);
    // Those that are close are ranked anew.
    std::erase_if(entrants,
                  [&](const Entrant& e) { return bench.options().fresh && !(e.start.loss <= as_good * least); });
    sort_by_rank(bench, entrants);
  }
  if (entrants.size() > fits) entrants.resize(fits);
  // These fits are short; what may still win is fitted to its end. Terms that learn slowly can win late.
  if (!entrants.empty())
    std::erase_if(entrants, [most = (few ? as_good : 1.05) * entrants.front().start.loss, &bench](const Entrant& e) {
      return !bench.options().fresh && !(e.start.loss <= most);
    });
  const int steps = bench.options().fresh ? 4 : 6;
  const std::size_t units = bench.options().fit_units;
  bench.ahead(
      entrants.size(), [&](std::size_t k, Workbench& own) { own.fit(entrants[k].start, units, steps, never); }, true);
  double least = never;
  for (Entrant& e : entrants) {
    e.start = bench.fit(e.start, units, steps, least);
    least = std::min(least, e.start.loss);
  }
  sort_by_rank(bench, entrants);
  Trial best;
  best.loss = never;
  // Where every step takes units of its own a fit is long, and its end no more certain than its beginning.
  if (bench.options().fresh) {
    if (entrants.empty() || !std::isfinite(entrants.front().start.loss)) return best;
    best = entrants.front().start;
    const Trial polished = bench.fit(best, bench.options().fit_units, 8);
    return rank_of(bench, polished) < rank_of(bench, best) ? polished : best;
  }
  const double good = (few ? 1.05 : 1.0) * least;
  const auto worth = static_cast<std::size_t>(
      std::find_if(entrants.begin(), entrants.end(), [&](const Entrant& e) { return !(e.start.loss <= good); }) -
      entrants.begin());
  bench.ahead(
      worth, [&](std::size_t k, Workbench& own) { own.fit(entrants[k].start, units, 15, never); }, true);
  for (const Entrant& e : entrants) {
    if (!(e.start.loss <= good)) break;
    const Trial polished = bench.fit(e.start, bench.options().fit_units, 15, best.loss);
    const Trial& better_one = polished.loss < e.start.loss ? polished : e.start;
    if (better_one.loss < best.loss) best = better_one;
  }
  return best;
}

// Pools above this size are grown from a seed of the objective, where they hold one.
constexpr std::size_t large_pool = 24;

// Of one term or two, those have the least loss which only learn what all units have in common, and among hundreds of
// candidates there are many of them. They lead nowhere; the objective knows which do. Null where the pool holds none of
// these, or it could not be fitted.
std::optional<Trial> seeded(Workbench& bench, Trial now) {
  const std::vector<Expr> seeds = bench.objective().seed_terms();
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (now.in[r] || !bench.is_term(r)) continue;
    const Expr term = term_of(bench.candidates(), static_cast<int>(r));
    if (std::none_of(seeds.begin(), seeds.end(), [&](const Expr& seed) { return distinct({term}, {seed}).empty(); }))
      continue;
    now.in[r] = true;
    now = bench.fit(now, bench.options().fit_units, 15);
    if (std::isfinite(now.loss)) return now;
    break;
  }
  return std::nullopt;
}

// The trial as it is, or with a common factor of its coefficients.
Trial well_begun(Workbench& bench, const Trial& given) {
  if (bench.objective().traits().uses_all_units) return given;
  const auto with = [&](double factor) {
    Trial trial = given;
    trial.theta = with_factor(bench.candidates(), bench.layout(), given.theta, bench.entries_in(given.in), factor);
    return trial;
  };
  return with(factor_to_begin_with([&](double factor) { return bench.loss(with(factor)); }));
}

}  // namespace

Front grow(Workbench& bench) {
  Front front;
  const std::size_t parameters = bench.parameters();
  std::size_t all = 0;  // terms
  for (std::size_t r = 0; r < parameters; ++r) all += bench.is_term(r);
  Trial now;
  now.in.assign(parameters, false);
  now.theta = bench.nothing_in();
  for (std::size_t r = 0; r < parameters; ++r) {
    if (bench.may_be_zero(r) || !bench.is_term(r)) continue;
    now.in[r] = true;
    for (int k : bench.entries_of(r))
      now.theta[static_cast<std::size_t>(k)] = bench.layout().initial[static_cast<std::size_t>(k)];
  }
  bench.tell("grow", "gradient at zero", 0, 0);
  if (now.size() > 0) {
    now = bench.fit(well_begun(bench, now), bench.options().fit_units, 15);
    if (std::isfinite(now.loss)) front[now.size()] = now;
  }
  const std::size_t base = now.size();
  if (all > large_pool && !bench.objective().traits().fits_all_at_once) {
    if (const std::optional<Trial> start = seeded(bench, now)) {
      now = *start;
      front[now.size()] = now;
    }
  }
  Screening screening = screen(bench, now);
  const bool informative =
      screening.usable && (now.size() > 0 || std::any_of(screening.entrants.begin(), screening.entrants.end(),
                                                         [](const Entrant& e) { return e.gain.mean > 0; }));
  if (!informative) {
    // Nothing can be learnt at zero (every term a product of two parameters, say): start where the file says.
    for (std::size_t r = 0; r < parameters; ++r) now.in[r] = bench.is_term(r);
    now.theta = bench.layout().initial;
    const Trial fitted = bench.fit(well_begun(bench, now), bench.options().fit_units, 20, never, 0.1);
    if (!std::isfinite(fitted.loss))
      throw std::runtime_error(
          fmt::format("{}: every unit diverges at the initial values\n  hint: make the initial values smaller",
                      bench.candidates().name));
    front[all] = fitted;
    return front;
  }
  now.loss = screening.loss;
  bench.remember(now, bench.options().fit_units);

  // A size whose best rule has not been enlarged yet is `open`. Every pass enlarges the smallest one; a step
  // back that finds a better rule of a smaller size opens that size again.
  std::map<std::size_t, bool> open;
  std::map<std::size_t, std::vector<double>> held_out;  // losses by validation unit
  const std::size_t limit = bench.options().constraints.max_terms;
  const std::size_t most = limit > 0 ? std::min(limit, all) : all;
  // Steps back could go on for long on a loss full of little valleys.
  const auto room = 3 * std::min<std::size_t>(most, 20) + 4;
  // A rule that is worth going on from.
  const bool fresh = bench.options().fresh;
  const auto take = [&](const Trial& trial) {
    const auto known = front.find(trial.size());
    if (fresh && std::isfinite(trial.loss)) {
      if (known != front.end() && !(rank_of(bench, trial) < rank_of(bench, known->second))) return false;
      front[trial.size()] = trial;
    } else if (!keep(front, trial)) {
      return false;
    }
    open[trial.size()] = true;
    // More terms always fit their own units better; held-out ones say when that has become memory. Where half of these have
    // ranked rules of one size, the others say it.
    std::vector<double>& losses = held_out[trial.size()];
    losses = bench.score(Part::validation, trial, fresh ? bench.options().validation_units : growth_validation(bench))
                 .losses;
    if (fresh && losses.size() > growth_validation(bench) + 1)
      losses.erase(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(growth_validation(bench)));
    return true;
  };
  for (std::size_t step = 0; step < room && now.size() < most; ++step) {
    if (step > 0 && now.loss <= bench.objective().traits().tolerance) break;
    const std::size_t size = now.size();
    bench.tell("grow", fmt::format("{} terms of {}", size, all), now.loss,
               0.55 * (1 - std::pow(0.72, static_cast<double>(size))));  // most searches end at three to five
    open[size] = false;
    Trial larger = enlarged(bench, now, std::move(screening.entrants));
    take(larger);

    // Steps back from what was found.
    Trial at = larger;
    while (std::isfinite(at.loss) && at.size() > std::max<std::size_t>(base + 1, 2)) {
      const QuadraticModel here = bench.model_among_all(at);
      if (!here.usable) break;
      const auto before = front.find(at.size() - 1);
      const Trial smaller = reduced(bench, at, here, 2, 8, before == front.end() ? never : before->second.loss);
      if (!take(smaller)) break;
      at = smaller;
    }

    // The smallest open size whose rule is worth enlarging.
    const Trial* next = nullptr;
    for (const auto& [n, trial] : front) {
      if (!open[n] || n >= most) continue;
      next = &trial;
      break;
    }
    if (next == nullptr) break;
    // Growth ends at a size that gains nothing beyond the noise over all smaller ones; while few terms are
    // in, at two such sizes in a row, since one term can prepare the way for another.
    const std::size_t n = next->size();
    const auto gains = [&](std::size_t k, std::size_t over) {
      bool gains = held_out.count(k) > 0;
      for (const auto& [smaller, losses] : held_out) {
        if (gains && smaller <= over && paired(held_out[k], losses).high >= 0) gains = false;
      }
      return gains;
    };
    if (n >= base + 4 && !gains(n, n - 1)) break;
    if (n == base + 3 && !gains(n, n - 2) && !gains(n - 1, n - 2)) break;
    now = *next;
    screening = screen(bench, now);
    if (!screening.usable) break;
  }
  if (front.empty())
    throw std::runtime_error("no rule could be fitted: every unit diverged\n  hint: start from smaller coefficients");
  return front;
}

}  // namespace rule_search
