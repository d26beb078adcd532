#include "search/front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "expression/candidates.hpp"
#include "search/removal.hpp"
#include "search/screening.hpp"

namespace rule_search {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

// Terms that lower the loss by less than this share are not worth their tangents.
constexpr double least_gain = 3e-3;

// While few terms are in, rules within this share of the best loss may still come out ahead of it.
constexpr double as_good = 1.15;

// Where a fit starts, and which ones are worth going on with, need not be known on all episodes.
std::size_t half_of_fit(const Workbench& bench) { return std::max<std::size_t>(2, bench.options().fit_episodes / 2); }

// Whether growth still gains anything need not be known as well as what is chosen in the end.
std::size_t growth_validation(const Workbench& bench) {
  return std::max<std::size_t>(2, bench.options().validation_episodes / 2);
}

// Keeps the better of both at its size. True where that is a trial worth going on from: of other terms than
// the one before, and better by more than what the end of a fit leaves to chance.
bool keep(Front& front, const Trial& trial) {
  if (!std::isfinite(trial.loss)) return false;
  const auto [at, fresh] = front.try_emplace(trial.size(), trial);
  if (fresh) return true;
  if (!(trial.loss < at->second.loss)) return false;
  const bool better = trial.loss < (1 - least_gain) * at->second.loss;
  at->second = trial;
  return better;
}

Trial moved(const Workbench& bench, Trial from, const std::vector<double>& direction, double length) {
  for (std::size_t k = 0; k < from.theta.size(); ++k)
    from.theta[k] = bench.moved(k, from.theta[k], length * direction[k]);
  return from;
}

// The best known rules of the same size that have `parameter` in place of one of the terms of `now`.
std::vector<const Trial*> relatives(const Workbench& bench, const Trial& now, std::size_t parameter) {
  std::vector<const Trial*> out;
  for (std::size_t r = 0; r < now.in.size(); ++r) {
    if (!now.in[r] || !bench.may_be_zero(r)) continue;
    std::vector<bool> in = now.in;
    in[r] = false;
    in[parameter] = true;
    const Trial* known = bench.known(in, bench.options().fit_episodes);
    if (known == nullptr) known = bench.known(in, half_of_fit(bench));
    if (known != nullptr) out.push_back(known);
  }
  return out;
}

// The loss is far from its quadratic model, whose step can be too long by orders of magnitude or end in a
// worse place than a step the other way: of a row of ever longer steps to both sides, the best is where a
// fit starts. A term that does part of what others did so far wants these smaller; that way lies in a bent
// valley which a fit follows slowly.
Trial scanned(Workbench& bench, const Trial& now, const Entrant& entrant) {
  Trial from = now;
  from.in[entrant.parameter] = true;
  // At zero nothing has been learnt and the slope's side is certain, the length is not.
  const bool at_zero = now.size() == 0;
  const std::size_t episodes = half_of_fit(bench);
  Trial best = from;
  best.loss = bench.loss(at_zero ? from : now, episodes);
  const auto walk = [&](const Trial& start, double side, double first, double last, double factor) {
    double least = start.loss;
    for (double length = first; length <= last; length *= factor) {
      Trial here = moved(bench, start, entrant.direction, side * length);
      here.loss = bench.loss(here, episodes);
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
      here.loss = bench.loss(here, episodes);
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
      here.loss = bench.loss(here, episodes);
      if (here.loss < best.loss) best = here;
    }
  }
  return best;
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
  for (Entrant& e : entrants) {
    bench.detail(fmt::format("{} terms, try {}", now.size(), bench.candidates().parameters[e.parameter].name));
    e.start = scanned(bench, now, e);
    if (!few || now.size() < 2) continue;
    for (const Trial* other : relatives(bench, now, e.parameter)) {
      if (!(other->loss <= as_good * now.loss)) continue;
      const Trial from = *other;
      std::size_t missing = 0;
      while (!now.in[missing] || from.in[missing]) ++missing;
      if (std::optional<Entrant> back = screen_one(bench, from, missing, half_of_fit(bench))) {
        back->start = scanned(bench, from, *back);
        others.push_back(std::move(*back));
      }
    }
  }
  // A race: short fits on half of the episodes say which entrants are worth fits on all. With more terms in,
  // scans say it well enough.
  const std::size_t half = half_of_fit(bench);
  const std::size_t racers = now.size() < 2 ? entrants.size() : few ? 6 : 0;
  constexpr std::size_t fits = 3;
  const auto better = [](const Entrant& a, const Entrant& b) { return a.start.loss < b.start.loss; };
  std::stable_sort(entrants.begin(), entrants.end(), better);
  if (racers > 0 && entrants.size() > fits) {
    if (entrants.size() > racers) entrants.resize(racers);
    entrants.insert(entrants.end(), others.begin(), others.end());
    double least = never;
    for (Entrant& e : entrants) {
      e.start = bench.fit(e.start, half, 4, least);
      least = std::min(least, e.start.loss);
    }
    std::stable_sort(entrants.begin(), entrants.end(), better);
  }
  if (entrants.size() > fits) entrants.resize(fits);
  // These fits are short; what may still win is fitted to its end. Terms that learn slowly can win late.
  if (!entrants.empty())
    std::erase_if(entrants, [most = (few ? as_good : 1.05) * entrants.front().start.loss](const Entrant& e) {
      return !(e.start.loss <= most);
    });
  double least = never;
  for (Entrant& e : entrants) {
    e.start = bench.fit(e.start, bench.options().fit_episodes, 6, least);
    least = std::min(least, e.start.loss);
  }
  std::stable_sort(entrants.begin(), entrants.end(), better);
  Trial best;
  best.loss = never;
  for (const Entrant& e : entrants) {
    if (!(e.start.loss <= (few ? 1.05 : 1.0) * least)) break;
    const Trial polished = bench.fit(e.start, bench.options().fit_episodes, 15, best.loss);
    const Trial& better_one = polished.loss < e.start.loss ? polished : e.start;
    if (better_one.loss < best.loss) best = better_one;
  }
  return best;
}

// The best rule with one term less, of the `tries` terms whose removal the quadratic model finds cheapest.
// Fits that will not come below `goal` are not carried through.
Trial reduced(Workbench& bench, const Trial& now, const Slopes& slopes, std::size_t tries, int iterations,
              double goal) {
  std::vector<std::pair<double, std::size_t>> costs;
  const std::vector<int> free = bench.entries_in(now.in);
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (now.in[r] && bench.may_be_zero(r))
      costs.emplace_back(predicted_cost(slopes, now.theta, free, bench.entries_of(r)), r);
  }
  std::sort(costs.begin(), costs.end());
  Trial best;
  best.loss = never;
  for (std::size_t k = 0; k < std::min(tries, costs.size()); ++k) {
    const std::size_t r = costs[k].second;
    bench.detail(fmt::format("{} terms without {}", now.size(), bench.candidates().parameters[r].name));
    std::vector<bool> rest = now.in;
    rest[r] = false;
    if (const Trial* known = bench.fitted(rest, bench.options().fit_episodes)) {
      if (known->loss < best.loss) best = *known;
      continue;
    }
    const Trial fitted = bench.fit(rest_without(bench, now, slopes, r), bench.options().fit_episodes, iterations,
                                   std::min(goal, best.loss));
    if (fitted.loss < best.loss) best = fitted;
  }
  return best;
}

// Pools above this size are grown from the pseudo-gradient, where they hold it.
constexpr std::size_t large_pool = 24;

// Of one term or two, those have the least loss which only learn which classes there are, and among hundreds
// of candidates there are many of them. They lead nowhere. The pseudo-gradient err_post * pre', by which alone
// a network with random feedback hardly learns, does: other terms make something of it.
// Null where the pool does not hold it, or it could not be fitted.
std::optional<Trial> pseudo_gradient(Workbench& bench, Trial now) {
  const Expr gradient =
      make(Op::multiply, {make_quantity(Quantity::err_post), make_transpose(make_quantity(Quantity::pre))});
  for (std::size_t r = 0; r < bench.parameters(); ++r) {
    if (now.in[r] || !bench.is_term(r) ||
        !distinct({term_of(bench.candidates(), static_cast<int>(r))}, {gradient}).empty())
      continue;
    now.in[r] = true;
    now = bench.fit(now, bench.options().fit_episodes, 15);
    if (std::isfinite(now.loss)) return now;
    break;
  }
  return std::nullopt;
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
  bench.tell("grow", "slopes at zero", 0, 0);
  if (now.size() > 0) {
    now = bench.fit(now, bench.options().fit_episodes, 15);
    if (std::isfinite(now.loss)) front[now.size()] = now;
  }
  const std::size_t base = now.size();
  if (all > large_pool && !bench.objective().fits_all_at_once()) {
    if (const std::optional<Trial> start = pseudo_gradient(bench, now)) {
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
    const Trial fitted = bench.fit(now, bench.options().fit_episodes, 20, never, 0.1);
    if (!std::isfinite(fitted.loss))
      throw std::runtime_error(
          fmt::format("{}: every episode diverges at the initial values\n  hint: make the initial values smaller",
                      bench.candidates().name));
    front[all] = fitted;
    return front;
  }
  now.loss = screening.loss;
  bench.remember(now, bench.options().fit_episodes);

  // A size whose best rule has not been enlarged yet is `open`. Every pass enlarges the smallest one; a step
  // back that finds a better rule of a smaller size opens that size again.
  std::map<std::size_t, bool> open;
  std::map<std::size_t, std::vector<double>> held_out;  // losses by validation episode
  const std::size_t limit = bench.options().constraints.max_terms;
  const std::size_t most = limit > 0 ? std::min(limit, all) : all;
  // Steps back could go on for long on a loss full of little valleys.
  const auto room = 3 * std::min<std::size_t>(most, 20) + 4;
  // A rule that is worth going on from.
  const auto take = [&](const Trial& trial) {
    if (!keep(front, trial)) return false;
    open[trial.size()] = true;
    // More terms always fit their own episodes better; held-out ones say when that has become memory.
    held_out[trial.size()] = bench.score(Part::validation, trial, growth_validation(bench)).losses;
    return true;
  };
  for (std::size_t step = 0; step < room && now.size() < most; ++step) {
    if (step > 0 && now.loss <= bench.objective().negligible()) break;
    const std::size_t size = now.size();
    bench.tell("grow", fmt::format("{} terms of {}", size, all), now.loss,
               0.55 * (1 - std::pow(0.72, static_cast<double>(size))));  // most searches end at three to five
    open[size] = false;
    Trial larger = enlarged(bench, now, std::move(screening.entrants));
    take(larger);

    // Steps back from what was found.
    Trial at = larger;
    while (std::isfinite(at.loss) && at.size() > std::max<std::size_t>(base + 1, 2)) {
      const Slopes here = bench.slopes_among_all(at);
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
  if (front.empty()) throw std::runtime_error("no rule could be fitted: every episode diverged");
  return front;
}

void reduce_from_all(Workbench& bench, Front& front) {
  if (!bench.objective().fits_all_at_once()) return;
  Trial now;
  for (std::size_t r = 0; r < bench.parameters(); ++r) now.in.push_back(bench.is_term(r));
  now.theta = bench.nothing_in();
  const std::size_t all = now.size();
  const std::size_t episodes = bench.options().fit_episodes;
  bench.tell("reduce", fmt::format("all {} terms", all), 0, 0.4);
  if (bench.objective().easier() == nullptr) {
    now = bench.fit(now, episodes, 40);
  } else {
    // From zero a fit of so many can end in a valley beside the one that was meant, and takes most of the time of a
    // search; so it is carried on only where it comes near.
    Trial best = bench.fit(bench.fitted_easily(now, episodes, 10), episodes, 20);
    if (!(best.loss <= bench.objective().negligible())) {
      Trial from_zero = bench.fit(now, episodes, 10);
      if (from_zero.loss < 2 * best.loss) from_zero = bench.fit(from_zero, episodes, 30);
      if (from_zero.loss < best.loss) best = std::move(from_zero);
    }
    now = std::move(best);
  }
  // While many are in, those go together that cost next to nothing together; rules as large as that are no rules that
  // anybody asked for.
  constexpr std::size_t few = 16;
  constexpr double next_to_nothing = 0.02;
  const std::size_t limit = bench.options().constraints.max_terms;
  const std::size_t most = limit > 0 ? std::min(limit, few) : few;
  while (std::isfinite(now.loss) && now.size() > 1) {
    if (now.size() <= most) keep(front, now);
    bench.tell("reduce", fmt::format("{} terms", now.size()), now.loss,
               0.5 - 0.1 * static_cast<double>(now.size()) / static_cast<double>(all));
    const Slopes slopes = bench.slopes_among_all(now);
    if (!slopes.usable) break;
    Trial rest = now;
    if (now.size() > few) {
      double spent = 0;
      std::size_t gone = 0;
      while (rest.size() > few && gone <= now.size() / 4) {
        const std::vector<int> free = bench.entries_in(rest.in);
        std::size_t cheapest = rest.in.size();
        double least = never;
        for (std::size_t r = 0; r < rest.in.size(); ++r) {
          if (!rest.in[r] || !bench.may_be_zero(r)) continue;
          const double cost = predicted_cost(slopes, rest.theta, free, bench.entries_of(r));
          if (cost < least) {
            least = cost;
            cheapest = r;
          }
        }
        if (cheapest == rest.in.size() ||
            (gone > 0 && spent + least > next_to_nothing * std::max(now.loss, bench.objective().negligible())))
          break;
        const std::vector<double> before = rest.theta;
        rest.theta = compensated(slopes, rest.theta, free, bench.entries_of(cheapest));
        for (std::size_t k = 0; k < before.size(); ++k)
          rest.theta[k] = bench.moved(k, before[k], rest.theta[k] - before[k]);
        for (int k : bench.entries_of(cheapest)) rest.theta[static_cast<std::size_t>(k)] = 0;
        rest.in[cheapest] = false;
        spent += least;
        ++gone;
      }
      if (gone == 0) break;
      rest = bench.fit(rest, episodes, 6);
    } else {
      rest = reduced(bench, now, slopes, now.size() <= 8 ? now.size() : 3, 10, never);
    }
    now = std::move(rest);
  }
}

void prune(Workbench& bench, Front& front) {
  const std::size_t largest = front.rbegin()->first;
  for (std::size_t size = largest; size > 1; --size) {
    const auto at = front.find(size);
    if (at == front.end()) continue;
    bench.tell("prune", fmt::format("{} terms", size), at->second.loss,
               0.5 + 0.05 * (1 - static_cast<double>(size) / static_cast<double>(largest)));
    const Slopes slopes = bench.slopes_among_all(at->second);
    if (!slopes.usable) continue;
    // Where few terms are left the quadratic model is far from the truth, and every one is tried.
    const auto before = front.find(size - 1);
    keep(front, reduced(bench, at->second, slopes, size <= 4 ? size : 2, size <= 4 ? 10 : 6,
                        before == front.end() ? never : before->second.loss));
  }
}

}  // namespace rule_search
