#include "search/reduce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rule_search {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

// The easier loss is next to quadratic in coefficients, so it knows which terms are of no use for a hundredth of what that
// costs the loss itself; with so many that is left to the loss.
constexpr std::size_t many = 40;
// Where it is quadratic, with so many that is left to its fit, which moves time constants as well.
constexpr std::size_t more = 60;

// Of what no term leaves.
constexpr double nearly_all = 0.04;

// The `most` terms of a trial that the easier loss would keep.
Trial without_idle(Workbench& bench, Trial trial, std::size_t units, std::size_t most) {
  if (trial.size() <= most || bench.objective().connections() != 1) return trial;
  const QuadraticModel model = bench.surrogate_model_in(trial, units);
  if (!model.usable) return trial;
  const std::vector<int> entries = bench.entries_in(trial.in);  // of theta, as the model has them
  std::vector<double> theta;
  std::vector<bool> removable;
  std::vector<int> free;
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const auto parameter = static_cast<std::size_t>(bench.layout().parameter[static_cast<std::size_t>(entries[k])]);
    theta.push_back(trial.theta[static_cast<std::size_t>(entries[k])]);
    removable.push_back(bench.is_term(parameter) && bench.may_be_zero(parameter));
    if (bench.is_term(parameter)) free.push_back(static_cast<int>(k));
  }
  thin_out(model, theta, free, removable, most);
  Trial out = trial;
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const auto at = static_cast<std::size_t>(entries[k]);
    const auto parameter = static_cast<std::size_t>(bench.layout().parameter[at]);
    if (!bench.is_term(parameter)) continue;
    const bool gone = std::find(free.begin(), free.end(), static_cast<int>(k)) == free.end();
    if (gone) out.in[parameter] = false;
    out.theta[at] = gone ? 0 : bench.moved(at, trial.theta[at], theta[k] - trial.theta[at]);
  }
  return out;
}

}  // namespace

Trial fit_of_all(Workbench& bench) {
  Trial now;
  for (std::size_t r = 0; r < bench.parameters(); ++r) now.in.push_back(bench.is_term(r));
  now.theta = bench.nothing_in();
  const std::size_t units = bench.options().fit_units;
  if (bench.objective().surrogate() == nullptr) return bench.fit(now, units, 40);
  // From zero a fit of so many can end in a valley beside the one that was meant, and takes most of the time of a
  // search; so it is begun only where the other one leaves much, and carried on only where it comes near.
  Trial easier = bench.objective().surrogate()->traits().quadratic ? without_idle(bench, now, units, more) : now;
  easier = without_idle(bench, bench.fitted_to_surrogate(easier, units, 10), units, many);
  now.in = easier.in;
  Trial best = bench.fit(easier, units, 20);
  Trial nothing;
  nothing.in.assign(now.in.size(), false);
  nothing.theta = bench.nothing_in();
  if (!(best.loss <= nearly_all * bench.loss(nothing, units))) {
    Trial from_zero = bench.fit(now, units, 10);
    if (from_zero.loss < 2 * best.loss) from_zero = bench.fit(from_zero, units, 30);
    if (from_zero.loss < best.loss) best = std::move(from_zero);
  }
  return best;
}

void reduce_from_all(Workbench& bench, Front& front) {
  if (!bench.objective().traits().fits_all_at_once) return;
  const auto all = static_cast<std::size_t>(
      std::count_if(bench.candidates().parameters.begin(), bench.candidates().parameters.end(), is_term));
  bench.tell("reduce", fmt::format("all {} terms", all), 0, 0.4);
  Trial now = fit_of_all(bench);
  const std::size_t units = bench.options().fit_units;
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
    const QuadraticModel model = bench.model_among_all(now);
    if (!model.usable) break;
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
          const double cost = predicted_cost(model, rest.theta, free, bench.entries_of(r));
          if (cost < least) {
            least = cost;
            cheapest = r;
          }
        }
        if (cheapest == rest.in.size() ||
            (gone > 0 && spent + least > next_to_nothing * std::max(now.loss, bench.objective().traits().tolerance)))
          break;
        const std::vector<double> before = rest.theta;
        rest.theta = compensated(model, rest.theta, free, bench.entries_of(cheapest));
        for (std::size_t k = 0; k < before.size(); ++k)
          rest.theta[k] = bench.moved(k, before[k], rest.theta[k] - before[k]);
        for (int k : bench.entries_of(cheapest)) rest.theta[static_cast<std::size_t>(k)] = 0;
        rest.in[cheapest] = false;
        spent += least;
        ++gone;
      }
      if (gone == 0) break;
      rest = bench.fit(rest, units, 6);
    } else {
      rest = reduced(bench, now, model, now.size() <= 8 ? now.size() : 3, 10, never);
    }
    now = std::move(rest);
  }
}

}  // namespace rule_search
