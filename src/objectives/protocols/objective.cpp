#include "objectives/protocols/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/statistics.hpp"
#include "fit/chi_squared.hpp"
#include "plan/silence.hpp"

namespace rule_search {

namespace {

constexpr std::uint64_t split_stream = 410;
// With this probability of what it leaves, or less, the errors do not explain what a rule misses.
constexpr double too_bad = 0.01;
// With one kept apart in turn two are left to fit.
constexpr std::size_t least_protocols = 3;

struct ProtocolsEvaluator : Evaluator {
  std::shared_ptr<const ProtocolsData> data;
  UnitSplit split;
  EvaluatorRequest of;

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted) const override {
    return run_units(units.size(), [&](std::size_t k) { return run_unit(part, units[k], theta, {}); });
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted) const override {
    if (of.before) of.before();
    const std::size_t number = split[static_cast<std::size_t>(part)].at(unit);
    const Protocol& p = data->protocols[number];
    EventDrivenSynapse synapse(of.plan, of.directions);
    Outcome out;
    if (!synapse.run(theta, p.weight, data->events[number], p.after)) {
      out = diverged_outcome();
    } else {
      const double unit_of_change = p.weight * p.error;
      out.residuals = {(synapse.weight() - p.weight) / unit_of_change - p.change / p.error};
      for (std::size_t d = 0; d < of.directions.size(); ++d)
        out.jacobian.push_back(synapse.weight_derivative(static_cast<int>(d)) / unit_of_change);
      take_losses(out);
    }
    out.no_change = 0.5 * std::pow(p.change / p.error, 2);
    out.independent = 1;
    out.accuracy = out.no_change > 0 && !out.diverged ? 1 - out.loss / out.no_change : 0;
    return out;
  }
};

void refuse_names_twice(const std::vector<Protocol>& sorted) {
  for (std::size_t k = 1; k < sorted.size(); ++k) {
    if (sorted[k].name != sorted[k - 1].name) continue;
    throw InputError(
        fmt::format("‹protocol›: expected protocols with names of their own, found two named {}\n  hint: name them "
                    "apart; a protocol "
                    "that was done twice is one row, with the mean and the standard error of all cells",
                    sorted[k].name));
  }
}

}  // namespace

ProtocolsObjective::ProtocolsObjective(std::vector<Protocol> protocols, std::vector<Protocol> test,
                                       const Rule& candidates, std::uint64_t seed) {
  if (std::all_of(protocols.begin(), protocols.end(), [](const Protocol& p) { return p.change == 0; }))
    throw InputError(
        "‹protocol›: the change of every protocol to search on is 0, so there is nothing to explain\n  hint: "
        "check the column of the changes");
  auto data = std::make_shared<ProtocolsData>();
  data->candidates = candidates;
  data->passes_silence = plan::silence(plan::lower(candidates)) != plan::Silence::other;
  const std::size_t to_search = protocols.size();
  const auto by_name = [](const Protocol& a, const Protocol& b) { return a.name < b.name; };
  std::sort(protocols.begin(), protocols.end(), by_name);
  std::sort(test.begin(), test.end(), by_name);
  data->protocols = std::move(protocols);
  data->protocols.insert(data->protocols.end(), test.begin(), test.end());
  std::vector<Protocol> sorted = data->protocols;
  std::sort(sorted.begin(), sorted.end(), by_name);
  refuse_names_twice(sorted);
  for (const Protocol& p : data->protocols) data->events.push_back(events_of(p.pre, p.post));
  std::vector<std::size_t>& search = split_[static_cast<std::size_t>(Part::search)];
  search.resize(to_search);
  std::iota(search.begin(), search.end(), std::size_t{0});
  Random(seed, split_stream, 0).shuffle(search);
  std::vector<std::size_t>& apart = split_[static_cast<std::size_t>(Part::test)];
  apart.resize(data->protocols.size() - to_search);
  std::iota(apart.begin(), apart.end(), to_search);
  data_ = std::move(data);
}

std::string ProtocolsObjective::identity() const {
  return fmt::format("protocols {} folds of {}", fmt::join(split_[0], ","), fmt::join(split_[1], ","));
}

std::string ProtocolsObjective::content_hash() const {
  Hash hash;
  const auto add = [&](const std::vector<double>& values) {
    const std::uint64_t count = values.size();
    hash.add(&count, sizeof count);
    hash.add(values.data(), values.size() * sizeof(double));
  };
  for (const Protocol& p : data_->protocols) {
    hash.add(p.name);
    add(p.pre);
    add(p.post);
    add({p.change, p.error, static_cast<double>(p.cells), p.weight, p.after});
  }
  return hash.text();
}

int ProtocolsObjective::longest_unit() const {
  // In steps of the rule; what takes longer than all protocols can't be told from what never ends.
  const double step = data_->candidates.step.seconds;
  double most = 0;
  for (std::size_t k = 0; k < data_->protocols.size(); ++k)
    most = std::max(most, data_->events[k].back().time - data_->events[k].front().time + data_->protocols[k].after);
  return step > 0 ? static_cast<int>(std::min(most / step + 1, 1e9)) : 0;
}

std::unique_ptr<Evaluator> ProtocolsObjective::compile(EvaluatorRequest request) const {
  const EventDrivenSynapse refuses_what_it_cannot_do(request.plan, {});
  refuse_values_of_recordings(request.plan);
  refuse_trials(request.plan, "protocols");
  auto out = std::make_unique<ProtocolsEvaluator>();
  out->data = data_;
  out->split = split_;
  out->of = std::move(request);
  return out;
}

LossTraits ProtocolsObjective::traits() const {
  LossTraits t;
  t.tolerance = 1e-9;
  t.fits_all_at_once = true;
  t.cheap_units = data_->passes_silence;
  t.cross_validates = true;
  t.known_errors = true;
  t.uses_all_units = true;
  return t;
}

std::vector<Fold> ProtocolsObjective::folds(std::size_t most) const {
  if (units(Part::search) < least_protocols)
    throw InputError(fmt::format(
        "‹protocol›: expected at least {} protocols to search on or to fit to, since each is foretold from the "
        "others, found {}\n  hint: ‹protocol› may be given often; tables are joined",
        least_protocols, units(Part::search)));
  const std::size_t count = std::min(most, units(Part::search));
  std::vector<Fold> out;
  for (std::size_t f = 0; f < count; ++f) {
    Fold fold;
    UnitSplit split = fold_of(split_, f, count, fold.units);
    fold.objective.reset(new ProtocolsObjective(data_, std::move(split)));
    out.push_back(std::move(fold));
  }
  return out;
}

double ProtocolsObjective::gain_by_chance(const Score& smaller, const Score& larger,
                                          std::array<std::size_t, 2> parameters) const {
  const double added = static_cast<double>(parameters[1]) - static_cast<double>(parameters[0]);
  const double gain = chi_squared_of(smaller) - chi_squared_of(larger);
  if (!(added > 0) || !(gain > 0)) return 1;
  const double left = static_cast<double>(larger.losses.size()) - static_cast<double>(parameters[1]);
  const double value = chi_squared_of(larger);
  // Errors from a few cells are too small by chance for some units: what is left says how large the gain of chance is.
  if (left > 0 && errors_are_estimated(*this)) return f_tail(gain / added / std::max(value / left, 1.0), added, left);
  const bool misses = left > 0 && chi_squared_tail(value, left) < too_bad;
  const double scale = misses ? value / left : 1;
  return chi_squared_tail(gain / scale, added);
}

double ProtocolsObjective::degrees_of_error(std::size_t unit) const {
  const int cells = protocol(Part::search, unit).cells;
  return cells > 0 ? std::max(1, cells - 1) : std::numeric_limits<double>::infinity();
}

Score ProtocolsObjective::summarise(const std::vector<Outcome>& outcomes) const {
  return summarise_known_errors(outcomes);
}

ProtocolsObjective::Moved ProtocolsObjective::moved_spikes(const plan::Plan& plan) const {
  Moved out;
  if (EventDrivenSynapse(plan, {}).takes_any_time()) return out;
  const double step = plan.step.seconds;
  constexpr double rounding = 1e-6;  // of a step
  for (const std::vector<SpikeEvent>& events : data_->events) {
    for (const SpikeEvent& e : events) {
      const double at = (e.time - events.front().time) / step;
      const double by = std::abs(at - std::round(at));
      if (by <= rounding) continue;
      ++out.spikes;
      out.farthest = std::max(out.farthest, by * step);
    }
  }
  return out;
}

}  // namespace rule_search
