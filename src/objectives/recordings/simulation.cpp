#include "objectives/recordings/simulation.hpp"

#include <cstddef>
#include <utility>

#include "fit/score.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/initial_weights.hpp"

namespace rule_search {

namespace {

// Keeps initial weights finite of which the recording tells nothing, and so weak that it does not show in those of which
// it does: a share of what a residual changes by.
constexpr double hold = 1e-4;

Simulated diverged(const LayerRecording& r) {
  Simulated out;
  out.outcomes.assign(static_cast<std::size_t>(r.n), diverged_outcome());
  return out;
}

}  // namespace

Simulation::Simulation(const plan::Plan& plan, const LayerRecording& recording, const std::vector<double>& known,
                       const std::vector<int>& directions, const RecordingsOptions& options,
                       const ResidualScales& scales, RecordingsLoss loss)
    : plan_(plan),
      r_(recording),
      known_(known),
      options_(options),
      scales_(scales),
      loss_(loss),
      fitted_(loss == RecordingsLoss::integral ? std::vector<int>() : fitted_initial_weights(recording, options)),
      directions_(static_cast<int>(directions.size())),
      ridge_(hold * response_to_weights(recording, scales)),
      layer_(plan, recording, known, directions, fitted_, options, scales, loss) {}

Simulated Simulation::run(const std::vector<double>& theta, const std::vector<double>& nearby, bool held_out) {
  Simulated out;
  out.initial_weights = known_;
  const int steps = compared_steps(r_, loss_);
  const bool fits = !fitted_.empty();
  const int judged_from = fits && held_out ? fitted_until(steps) : 0;
  if (fits && !fit(theta, nearby, judged_from > 0 ? judged_from : steps, out.initial_weights)) return diverged(r_);
  const bool finite = loss_ == RecordingsLoss::integral
                          ? layer_.add_up(theta, out.initial_weights)
                          : layer_.simulate(theta, out.initial_weights, steps, judged_from);
  if (!finite) return diverged(r_);
  Compared compared = layer_.take();
  out.outcomes = std::move(compared.outcomes);
  out.missed = compared.missed;
  if (fits)
    take_out_initial_weights(out.outcomes, judged_from > 0 ? &compared.early : nullptr, directions_,
                             static_cast<int>(fitted_.size()), ridge_);
  for (std::size_t i = 0; i < out.outcomes.size(); ++i) {
    Outcome& o = out.outcomes[i];
    take_losses(o);
    if (o.diverged) return diverged(r_);
    const auto count = static_cast<double>(o.residuals.size());
    o.accuracy = compared.no_change[i] > 0 ? 1 - 2 * count * o.loss / compared.no_change[i] : 0;
  }
  return out;
}

// False where the simulation diverges from wherever a fit could begin.
bool Simulation::fit(const std::vector<double>& theta, const std::vector<double>& nearby, int steps,
                     std::vector<double>& initial_weights) const {
  for (const std::vector<double>* const start : {&nearby, &known_}) {
    if (start->empty()) continue;
    initial_weights = *start;
    SimulatedLayer layer(plan_, r_, known_, {}, fitted_, options_, scales_, loss_);
    if (layer.fit_initial_weights(theta, initial_weights, ridge_, steps)) return true;
  }
  return false;
}

}  // namespace rule_search
