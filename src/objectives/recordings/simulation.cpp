#include "objectives/recordings/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
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
  // States are in units of their size already.
  std::fill_n(ridge_.begin(), fitted_.size(), hold * response_to_weights(recording, scales));
}

Simulated Simulation::run(const std::vector<double>& theta, const std::vector<double>& nearby, bool held_out) {
  Simulated out;
  out.initial_weights = layer_.beginning(known_);
  const int steps = compared_steps(r_, loss_, options_);
  const bool fits = !ridge_.empty();
  const int judged_from = held_out && fits_beginning(r_, options_) ? fitted_until(steps, options_) : 0;
  double count = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(r_.n); ++i)
    count += static_cast<double>(residuals_of(r_, i, loss_, options_, held_out));
  out.outcome.diverged = true;
  out.outcome.no_change =
      weight_ * squares_of_no_change(r_, known_, options_, scales_, std::max(judged_from, options_.warm_up), steps) /
      (2 * std::max(1.0, count));
  if (fits && !fit(theta, nearby, judged_from > 0 ? judged_from : steps, out.initial_weights)) return out;
  if (!layer_.follow(theta, out.initial_weights, steps, judged_from)) return out;
  Compared compared = layer_.take();
  if (fits || judged_from > 0)
    take_out_beginning(compared.outcomes, judged_from > 0 ? &compared.early : nullptr, directions_, ridge_);
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
  out.missed = compared.missed;
  return out;
}

// False where the simulation diverges from wherever a fit could begin.
bool Simulation::fit(const std::vector<double>& theta, const std::vector<double>& nearby, int steps,
                     std::vector<double>& beginning) const {
  const std::vector<double> known = layer_.beginning(known_);
  for (const std::vector<double>* const start : {&nearby, &known}) {
    if (start->empty()) continue;
    beginning = *start;
    SimulatedLayer layer(plan_, r_, known_, {}, fitted_, options_, scales_, loss_);
    if (layer.fit_beginning(theta, beginning, ridge_, steps)) return true;
  }
  return false;
}

}  // namespace rule_search
