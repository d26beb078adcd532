#include "fit/threshold_scan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "base/statistics.hpp"
#include "expression/shape_parameters.hpp"
#include "fit/limits.hpp"
#include "fit/steps.hpp"

namespace rule_search {

namespace {

// How close a scan looks. Where units take long it looks less close.
struct Effort {
  int iterations, values_at_first, values_between, refinements;
};
Effort effort_of(const Objective& objective) {
  return objective.traits().fits_all_at_once ? Effort{15, 41, 9, 2} : Effort{4, 13, 3, 1};
}

// A share of the loss that is rounding.
constexpr double equal = 1e-9;

struct Tried {
  FittedRule rule;
  Score score;  // only where an interval is asked for
};

// The rule fitted with thresholds at these values, and all `others` but them free.
struct AtThresholds {
  const ThresholdScan& of;
  int iterations;
  std::vector<int> others;

  AtThresholds(const FittedRule& rule, const ThresholdScan& scan, const ParameterLayout& layout)
      : of(scan), iterations(effort_of(*scan.objective).iterations) {
    const std::vector<int> all = threshold_entries(rule.rule, layout);
    for (const int e : scan.entries) {
      if (std::find(all.begin(), all.end(), e) == all.end()) others.push_back(e);
    }
  }

  FittedRule fitted(const FittedRule& from, const std::vector<std::pair<std::size_t, double>>& at, Steps& steps) const {
    FitRequest request;
    request.objective = of.objective;
    request.units = of.units;
    request.iterations = iterations;
    request.entries = others;
    std::vector<double> start = from.theta;
    for (const auto& [entry, value] : at) start[entry] = value;
    // With no other entry there is nothing to fit.
    if (others.empty()) {
      FittedRule out{from.rule, start, 0};
      out.fit_loss = steps.score(from.rule, start, *of.objective, Part::search, of.units).loss.mean;
      return out;
    }
    return steps.fit(from.rule, start, request);
  }
};

// Multiples of a power of ten within two values, one to ten of them.
std::vector<double> round_numbers(double from, double to) {
  std::vector<double> out;
  if (!(to > from)) return out;
  // Of tenths as quotients, which are the numbers that are written so.
  const double power = std::floor(std::log10(to - from));
  const double in_one = std::pow(10, -power);
  const double unit = std::pow(10, power);
  const auto number = [&](long k) {
    return power < 0 ? static_cast<double>(k) / in_one : static_cast<double>(k) * unit;
  };
  for (long k = std::lround(std::ceil(from / unit)); number(k) <= to && out.size() < 10; ++k) out.push_back(number(k));
  return out;
}

class Scan {
 public:
  Scan(const FittedRule& from, int entry, const ThresholdScan& of, Steps& steps)
      : from_(from),
        entry_(static_cast<std::size_t>(entry)),
        of_(of),
        effort_(effort_of(*of.objective)),
        steps_(steps),
        at_(from, of, fit_layout(from.rule, *of.objective)) {
    const ParameterLayout layout = fit_layout(from.rule, *of.objective);
    written_ = from.rule.parameters[static_cast<std::size_t>(layout.parameter[entry_])].initial[0];
    first_ = first_values(from.rule.parameters[static_cast<std::size_t>(layout.parameter[entry_])], *of.objective);
  }

  FittedRule best() {
    try_all(first_);
    try_all({from_.theta[entry_], written_});
    for (int k = 0; k < effort_.refinements; ++k) try_all(between_neighbours());
    return middle_of_the_best();
  }

  // Of a rule whose threshold is the best already.
  std::pair<double, double> ends() {
    try_all(first_);
    const double best = from_.theta[entry_];
    try_all({best});
    const double resolution =
        (first_.back() - first_.front()) / ((effort_.values_at_first - 1) * effort_.values_between);
    const auto end = [&](bool upwards) {
      double within = best;
      for (const auto& [value, tried] : tried_) {
        if (as_good(value) && (upwards ? value > within : value < within)) within = value;
      }
      double beyond = upwards ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
      for (const auto& [value, tried] : tried_) {
        if (upwards ? value > within && value < beyond : value < within && value > beyond) beyond = value;
      }
      if (!std::isfinite(beyond)) return within;  // an end of the range
      while (std::abs(beyond - within) > resolution) {
        const double middle = 0.5 * (within + beyond);
        try_all({middle});
        (as_good(middle) ? within : beyond) = middle;
      }
      return beyond;
    };
    const double low = end(false);
    return {low, end(true)};
  }

 private:
  void try_all(const std::vector<double>& values) {
    std::vector<double> fresh;
    for (const double v : values) {
      if (tried_.count(v) == 0 && std::find(fresh.begin(), fresh.end(), v) == fresh.end()) fresh.push_back(v);
    }
    steps_.ahead(fresh.size(), [&](std::size_t k, Steps& own) { fitted(fresh[k], own); });
    for (const double v : fresh) tried_[v].rule = fitted(v, steps_);
  }

  FittedRule fitted(double value, Steps& steps) const { return at_.fitted(from_, {{entry_, value}}, steps); }

  double loss(double value) const { return tried_.at(value).rule.fit_loss; }
  double least() const {
    double out = std::numeric_limits<double>::infinity();
    for (const auto& [value, tried] : tried_) out = std::min(out, tried.rule.fit_loss);
    return out;
  }

  // First and last of the values side by side that are best.
  std::pair<std::map<double, Tried>::const_iterator, std::map<double, Tried>::const_iterator> ties() const {
    const double most = least() * (1 + equal) + std::numeric_limits<double>::min();
    const auto is_best = [&](const auto& tried) { return tried.second.rule.fit_loss <= most; };
    const auto first = std::find_if(tried_.begin(), tried_.end(), is_best);
    auto last = first;
    for (auto next = first; next != tried_.end() && is_best(*next); ++next) last = next;
    return {first, last};
  }

  std::vector<double> between_neighbours() const {
    if (!std::isfinite(least())) return {};
    const auto [first, last] = ties();
    const double from = first == tried_.begin() ? first->first : std::prev(first)->first;
    const double to = std::next(last) == tried_.end() ? last->first : std::next(last)->first;
    std::vector<double> out;
    // Only where the loss changes: between ties there is nothing to learn.
    for (const auto& [a, b] : {std::pair{from, first->first}, std::pair{last->first, to}}) {
      for (int k = 1; k <= effort_.values_between && b > a; ++k)
        out.push_back(a + (b - a) * k / (effort_.values_between + 1));
    }
    // A threshold at the height of a pulse can be told from its neighbours by next to nothing, and heights are often round.
    for (const double v : round_numbers(from, to)) out.push_back(v);
    return out;
  }

  FittedRule middle_of_the_best() {
    if (!std::isfinite(least())) return from_;
    const auto [first, last] = ties();
    double middle = 0.5 * (first->first + last->first);
    // What its user wrote, where that is as good.
    if (written_ >= first->first && written_ <= last->first) middle = written_;
    const FittedRule best = first->second.rule;
    const double most = least() * (1 + equal) + std::numeric_limits<double>::min();
    try_all({middle});
    return loss(middle) <= most ? tried_.at(middle).rule : best;
  }

  bool as_good(double value) {
    const double best = from_.theta[entry_];
    if (value == best) return true;
    const Score& a = score(value);
    const Score& b = score(best);
    if (!std::isfinite(loss(value))) return false;
    const LossTraits traits = of_.objective->traits();
    constexpr double hansen = 7.35;  // -2 log(1 - sqrt(0.95))
    const auto sum = [](const Score& s) { return std::accumulate(s.losses.begin(), s.losses.end(), 0.0); };
    const double more = sum(a) - sum(b);
    const auto parameters = static_cast<double>(of_.entries.size());
    if (traits.known_errors) {
      const double left = static_cast<double>(b.losses.size()) - parameters;
      return 2 * more <= hansen * (left > 0 ? std::max(1.0, 2 * sum(b) / left) : 1);
    }
    if (traits.cross_validates) {
      const double left = std::max(1.0, b.independent - parameters);
      return left * more <= hansen * std::max(sum(b), equal * traits.tolerance);
    }
    return paired(a.losses, b.losses).low <= 0;
  }

  const Score& score(double value) {
    Tried& t = tried_.at(value);
    if (t.score.losses.empty())
      t.score = steps_.score(t.rule.rule, t.rule.theta, *of_.objective, Part::search, of_.units);
    return t.score;
  }

  const FittedRule& from_;
  std::size_t entry_;
  const ThresholdScan& of_;
  Effort effort_;
  Steps& steps_;
  AtThresholds at_;
  std::vector<double> first_;
  double written_ = 0;             // in the rule
  std::map<double, Tried> tried_;  // by value
};

// Two thresholds can lean on each other, so that neither alone can leave a place that is not the best: the best of a coarse
// grid over both.
FittedRule best_of_pair(const FittedRule& from, int a, int b, const ThresholdScan& scan, Steps& steps) {
  const ParameterLayout layout = fit_layout(from.rule, *scan.objective);
  const auto values = [&](int entry) {
    return coarse(
        first_values(from.rule.parameters[static_cast<std::size_t>(layout.parameter[static_cast<std::size_t>(entry)])],
                     *scan.objective));
  };
  std::vector<std::vector<std::pair<std::size_t, double>>> grid;
  for (const double of_a : values(a)) {
    for (const double of_b : values(b))
      grid.push_back({{static_cast<std::size_t>(a), of_a}, {static_cast<std::size_t>(b), of_b}});
  }
  const AtThresholds at(from, scan, layout);
  steps.ahead(grid.size(), [&](std::size_t k, Steps& own) { at.fitted(from, grid[k], own); });
  FittedRule best = from;
  for (const auto& place : grid) {
    FittedRule here = at.fitted(from, place, steps);
    if (here.fit_loss < best.fit_loss) best = std::move(here);
  }
  return best;
}

}  // namespace

std::vector<int> threshold_entries(const Rule& rule, const ParameterLayout& layout) {
  const std::vector<bool> is_threshold = thresholds(rule);
  std::vector<int> out;
  for (int k = 0; k < layout.size(); ++k) {
    if (is_threshold[static_cast<std::size_t>(layout.parameter[static_cast<std::size_t>(k)])]) out.push_back(k);
  }
  return out;
}

std::vector<double> first_values(const Parameter& parameter, const Objective& objective) {
  const int values_at_first = effort_of(objective).values_at_first;
  const auto [low, high] = scanned_range(parameter);
  std::vector<double> out;
  for (int k = 0; k < values_at_first; ++k) out.push_back(low + (high - low) * k / (values_at_first - 1));
  return out;
}

std::vector<double> coarse(const std::vector<double>& values) {
  std::vector<double> out;
  for (std::size_t k = 0; k < values.size(); k += 4) out.push_back(values[k]);
  return out;
}

FittedRule with_scanned_thresholds(const FittedRule& rule, const ThresholdScan& scan, Steps& steps) {
  std::vector<int> all = threshold_entries(rule.rule, fit_layout(rule.rule, *scan.objective));
  std::erase_if(all,
                [&](int e) { return std::find(scan.entries.begin(), scan.entries.end(), e) == scan.entries.end(); });
  FittedRule best = rule;
  for (std::size_t a = 0; a < all.size() && scan.objective->traits().fits_all_at_once; ++a) {
    for (std::size_t b = a + 1; b < all.size(); ++b) best = best_of_pair(best, all[a], all[b], scan, steps);
  }
  // Where one moves the best of another can move as well.
  for (int round = 0; round < (all.size() > 1 ? 2 : 1); ++round) {
    for (const int entry : all) {
      const FittedRule found = Scan(best, entry, scan, steps).best();
      if (found.fit_loss <= best.fit_loss) best = found;
    }
  }
  return best;
}

void add_scans(Certainty& certainty, const FittedRule& rule, const ThresholdScan& scan, Steps& steps) {
  const ParameterLayout layout = fit_layout(rule.rule, *scan.objective);
  const std::vector<int> all = threshold_entries(rule.rule, layout);
  if (all.empty()) return;
  std::vector<double> low;
  std::vector<double> high;
  certainty.scanned.assign(scan.entries.size(), false);
  for (std::size_t k = 0; k < scan.entries.size(); ++k) {
    const int entry = scan.entries[k];
    const double value = rule.theta[static_cast<std::size_t>(entry)];
    if (std::find(all.begin(), all.end(), entry) != all.end()) {
      auto [from, to] = Scan(rule, entry, scan, steps).ends();
      const Parameter& threshold =
          rule.rule.parameters[static_cast<std::size_t>(layout.parameter[static_cast<std::size_t>(entry)])];
      // The end of what was scanned is none of an interval.
      const auto [least, most] = scanned_range(threshold);
      if (from <= least && std::isinf(threshold.lower)) from = -std::numeric_limits<double>::infinity();
      if (to >= most && std::isinf(threshold.upper)) to = std::numeric_limits<double>::infinity();
      low.push_back(from);
      high.push_back(to);
      certainty.scanned[k] = true;
      constexpr double half_of_normal = 1.96;
      certainty.standard_errors[k] = (to - from) / (2 * half_of_normal);
      certainty.degrees[k] = 1e6;
      continue;
    }
    const auto ends = certainty.ends(k, value);
    const Parameter& p =
        rule.rule.parameters[static_cast<std::size_t>(layout.parameter[static_cast<std::size_t>(entry)])];
    const bool of_logarithm = is_time_constant(p) && !certainty.own_ends(k);
    const double factor = of_logarithm ? std::exp(certainty.half(k) / value) : 1;
    low.push_back(of_logarithm ? value / factor : ends.first);
    high.push_back(of_logarithm ? value * factor : ends.second);
  }
  certainty.low = std::move(low);
  certainty.high = std::move(high);
}

}  // namespace rule_search
