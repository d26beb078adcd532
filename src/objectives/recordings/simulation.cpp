#include "objectives/recordings/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "fit/score.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/initial_weights.hpp"

namespace rule_search {

namespace {

// Keeps initial weights and states finite of which the recording tells nothing, and so weak that it does not show in those of which
// it does: a share of what a residual changes by.
constexpr double hold = 1e-4;
// The same of states, which are in units of their usual size: far from the rule that made the recording, states that are a
// thousand times as large would make up for what it misses.
constexpr double hold_of_states = 1e-3;

// All neurons one after the other.
Outcome together(const std::vector<Outcome>& neurons) {
  Outcome out;
  for (const Outcome& o : neurons) {
    out.residuals.insert(out.residuals.end(), o.residuals.begin(), o.residuals.end());
    out.jacobian.insert(out.jacobian.end(), o.jacobian.begin(), o.jacobian.end());
  }
  return out;
}

double squares_of(const std::vector<Outcome>& neurons) {
  double out = 0;
  for (const Outcome& o : neurons) {
    for (double r : o.residuals) out += r * r;
  }
  return out;
}

// How many independent numbers residuals are worth of which each is correlated so with the one before it: the mean of a
// first-order autoregressive series varies as that of so many (Bayley & Hammersley, Suppl. J. R. Stat. Soc. 8:184 (1946)).
double independent_of(double count, double lagged, double squares) {
  const double correlation = squares > 0 ? std::clamp(lagged / squares, 0.0, 1.0) : 0;
  return std::max(1.0, count * (1 - correlation) / (1 + correlation));
}

}  // namespace

Simulation::Simulation(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
                       const std::vector<int>& directions, const RecordingsOptions& options,
                       const ResidualScales& scales, RecordingsLoss loss, double weight)
    : plan_(plan),
      r_(recording),
      known_(known),
      options_(options),
      scales_(scales),
      loss_(loss),
      fitted_(loss == RecordingsLoss::integral ? std::vector<int>() : fitted_initial_weights(recording, options)),
      directions_(static_cast<int>(directions.size())),
      weight_(weight),
      layer_(plan, recording, known, directions, fitted_, options, scales, loss),
      ridge_(layer_.fitted(), hold_of_states) {
  // States and own values are in units of their size already.
  std::fill_n(ridge_.begin() + static_cast<std::ptrdiff_t>(layer_.own().size()), fitted_.size(),
              hold * response_to_weights(recording, scales));
}

Simulated Simulation::run(const std::vector<double>& theta, const std::vector<double>& nearby, bool held_out) {
  Simulated out;
  out.initial_weights = layer_.beginning(known_);
  const int steps = compared_steps(r_, loss_, options_);
  const bool fits = !ridge_.empty();
  const bool half = held_out ? fits_beginning(r_, options_) : fits_beginning_to_half(r_, options_);
  // Where it is not held out, all of it counts all the same.
  const int judged_from = half ? fitted_until(steps, options_) : 0;
  double count = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(r_.n); ++i)
    count += static_cast<double>(residuals_of(r_, i, loss_, options_, held_out));
  out.outcome.diverged = true;
  out.outcome.no_change = weight_ *
                          squares_of_no_change(r_, known_, options_, scales_,
                                               std::max(held_out ? judged_from : 0, options_.warm_up), steps) /
                          (2 * std::max(1.0, count));
  if (fits && !fit(theta, nearby, judged_from > 0 ? judged_from : steps, out.initial_weights)) return out;
  if (!layer_.follow(theta, out.initial_weights, steps, judged_from)) return out;
  Compared compared = layer_.take();
  std::vector<OwnValue> own =
      held_out ? std::vector<OwnValue>() : own_values(theta, out.initial_weights, compared, count);
  if (fits || judged_from > 0)
    take_out_beginning(compared.outcomes, judged_from > 0 ? &compared.early : nullptr, directions_, ridge_, !held_out);
  Outcome o = together(compared.outcomes);
  double squares = 0;
  for (double r : o.residuals) squares += r * r;
  o.independent = independent_of(count, compared.lagged, squares);
  o.no_change = out.outcome.no_change;
  if (weight_ != 1) {
    for (double& r : o.residuals) r *= std::sqrt(weight_);
    for (double& slope : o.jacobian) slope *= std::sqrt(weight_);
  }
  take_losses(o);
  if (o.diverged) return out;
  out.outcome = std::move(o);
  out.outcome.own = std::move(own);
  out.missed = compared.missed;
  return out;
}

std::vector<OwnValue> Simulation::own_values(const std::vector<double>& theta, const std::vector<double>& beginning,
                                             const Compared& compared, double count) const {
  const OwnParameters& own = layer_.own();
  std::vector<OwnValue> out;
  if (own.size() == 0) return out;
  const double squares = squares_of(compared.outcomes);
  const bool choices_alone = !(scales_.weights > 0) && !(scales_.post > 0);
  const std::vector<double> errors = errors_of_numbers(compared.outcomes, directions_, ridge_, own.size(),
                                                       count / independent_of(count, compared.lagged, squares),
                                                       choices_alone ? 2 * scales_.choice * scales_.choice : 0);
  const double* const numbers = layer_.own_of(beginning);
  for (std::size_t k = 0; k < own.size(); ++k) {
    const double slope = own.slope(k, theta, numbers[k]);
    out.push_back(
        {own.value(k, theta, numbers[k]), slope > 0 ? slope * errors[k] : std::numeric_limits<double>::quiet_NaN()});
  }
  return out;
}

// False where the simulation diverges from wherever a fit could begin.
bool Simulation::fit(const std::vector<double>& theta, const std::vector<double>& nearby, int steps,
                     std::vector<double>& beginning) const {
  if (layer_.own().size() > 0 && nearby.empty()) return fit_from_several(theta, steps, beginning);
  const std::vector<double> known = layer_.beginning(known_);
  for (const std::vector<double>* const start : {&nearby, &known}) {
    if (start->empty()) continue;
    beginning = *start;
    SimulatedLayer layer(plan_, r_, known_, {}, fitted_, options_, scales_, loss_);
    if (layer.fit_beginning(theta, beginning, ridge_, steps)) return true;
  }
  return false;
}

// What is left has more than one least along a parameter of a whole simulation: own values begin at the common ones, and at
// others about them, one parameter at a time.
bool Simulation::fit_from_several(const std::vector<double>& theta, int steps, std::vector<double>& beginning) const {
  const std::vector<double> known = layer_.beginning(known_);
  std::vector<std::vector<double>> starts = {known};
  const std::size_t own = layer_.own().size();
  for (std::size_t k = 0; k < own; ++k) {
    for (const double by : {-0.6, -0.3, 0.3, 0.6}) {
      starts.push_back(known);
      starts.back()[known.size() - own + k] = by;
    }
  }
  double least = std::numeric_limits<double>::infinity();
  for (std::vector<double>& start : starts) {
    SimulatedLayer layer(plan_, r_, known_, {}, fitted_, options_, scales_, loss_);
    if (!layer.fit_beginning(theta, start, ridge_, steps) || !layer.follow(theta, start, steps)) continue;
    const double left = squares_of(layer.take().outcomes);
    if (!(left < least)) continue;
    least = left;
    beginning = start;
  }
  return std::isfinite(least);
}

}  // namespace rule_search
