#include "fit/profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/statistics.hpp"
#include "fit/limits.hpp"
#include "fit/steps.hpp"

namespace rule_search {

namespace {

constexpr int most_fits = 60;        // of an end
constexpr double resolution = 0.02;  // of the distance of an end
constexpr int iterations = 60;

class Profiles {
 public:
  Profiles(const Certainty& certainty, const FittedRule& fitted, const std::vector<int>& entries,
           const Objective& objective)
      : certainty_(certainty),
        fitted_(fitted),
        entries_(entries),
        objective_(objective),
        layout_(fit_layout(fitted.rule, objective)),
        units_(objective.units(Part::search)) {}

  // Of the entry at this place of `entries`, upwards or downwards.
  double end(std::size_t place, bool upwards, Steps& steps) const {
    const auto e = static_cast<std::size_t>(entries_[place]);
    const bool time = is_time_constant(fitted_.rule.parameters[static_cast<std::size_t>(layout_.parameter[e])]);
    const auto to = [time](double x) { return time ? std::log(x) : x; };
    const auto back = [time](double y) { return time ? std::exp(y) : y; };
    const double bound = upwards ? layout_.upper[e] : layout_.lower[e];
    const double value = fitted_.theta[e];
    if (value == bound) return bound;
    const double target = chi_squared(fitted_.fit_loss) + allowed(place);
    // The first step is a good part of the way to first order, where that says anything.
    const double error = certainty_.standard_errors[place] / (time ? value : 1);
    const double usual = time ? std::log(2) : std::max(std::abs(value), 1e-6);
    double step = std::isfinite(error) && error > 0 ? std::min(error, usual) : usual;
    // Outwards from what was reached: a fit that begins far from where it ends can miss its valley, and a step that failed so
    // is taken again once it is nearer.
    const double begin = to(value);
    std::vector<double> theta = fitted_.theta;
    double within = begin;
    double last_failed = bound;
    int in_a_row = 0;
    for (int k = 0; k < most_fits; ++k) {
      double beyond = within + (upwards ? step : -step);
      const bool at_bound = std::isfinite(bound) && (upwards ? back(beyond) >= bound : back(beyond) <= bound);
      if (at_bound) beyond = to(bound);
      std::vector<double> there = theta;
      if (profile(e, at_bound ? bound : back(beyond), there, steps) > target) {
        if (step <= resolution * std::abs(beyond - begin)) return back(beyond);
        last_failed = back(beyond);
        step = 0.5 * std::abs(beyond - within);
        in_a_row = 0;
        continue;
      }
      if (at_bound) return bound;
      within = beyond;
      theta = std::move(there);
      if (++in_a_row >= 2) step *= 2;
    }
    return last_failed;
  }

 private:
  double chi_squared(double loss) const { return 2 * static_cast<double>(units_) * loss; }

  double allowed(std::size_t place) const {
    const double left = static_cast<double>(units_) - static_cast<double>(entries_.size());
    const double scale = left > 0 ? std::max(1.0, chi_squared(fitted_.fit_loss) / left) : 1;
    return scale * std::pow(t_quantile(0.95, certainty_.degrees[place]), 2);
  }

  // With this value of one entry; the others begin at `theta`, and stay where they were best.
  double profile(std::size_t entry, double value, std::vector<double>& theta, Steps& steps) const {
    FitRequest request;
    request.objective = &objective_;
    request.units = units_;
    request.iterations = iterations;
    request.to_the_end = true;
    for (const int e : entries_) {
      if (static_cast<std::size_t>(e) != entry) request.entries.push_back(e);
    }
    std::vector<double> start = theta;
    start[entry] = value;
    const FittedRule out = steps.fit(fitted_.rule, start, request);
    if (!std::isfinite(out.fit_loss)) return std::numeric_limits<double>::infinity();
    theta = out.theta;
    return chi_squared(out.fit_loss);
  }

  const Certainty& certainty_;
  const FittedRule& fitted_;
  const std::vector<int>& entries_;
  const Objective& objective_;
  ParameterLayout layout_;
  std::size_t units_;
};

}  // namespace

bool needs_profiles(const LossTraits& traits, const Rule& rule) {
  return traits.known_errors && std::any_of(rule.parameters.begin(), rule.parameters.end(), is_shape);
}

void add_profiles(Certainty& certainty, const FittedRule& fitted, const std::vector<int>& entries,
                  const Objective& objective, Steps& steps) {
  const Profiles profiles(certainty, fitted, entries, objective);
  if (entries.size() < 2) return;
  steps.ahead(2 * entries.size(), [&](std::size_t k, Steps& own) { profiles.end(k / 2, k % 2 == 1, own); });
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t k = 0; k < entries.size(); ++k) {
    low.push_back(profiles.end(k, false, steps));
    high.push_back(profiles.end(k, true, steps));
  }
  certainty.low = std::move(low);
  certainty.high = std::move(high);
}

}  // namespace rule_search
