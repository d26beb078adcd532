#include "objectives/recordings/known_weights.hpp"

#include <algorithm>
#include <cstddef>

#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/simulated_layer.hpp"
#include "plan/plan.hpp"

namespace rule_search {

namespace {

// Of a fit without a rule, where less is known and less depends on it; see `hold` of a simulation.
constexpr double hold_at_first = 0.1;

}  // namespace

std::vector<double> known_initial_weights(const LayerRecording& r, const RecordingsOptions& options,
                                          const ResidualScales& scales) {
  std::vector<double> seen(synapses_of(r), 0.0);
  std::vector<int> never_seen;
  for (std::size_t s = 0; s < seen.size(); ++s) {
    const std::size_t k = begins_at(r, s, options);
    if (k < r.w.size())
      seen[s] = r.w[k];
    else
      never_seen.push_back(static_cast<int>(s));
  }
  if (never_seen.empty()) return seen;
  // Activities change with the rule, so the first ones alone where they are enough; choices are few and tell little each.
  const int steps = r.choice.empty() ? std::min(r.steps, options.warm_up + 4 * r.m) : r.steps;
  const plan::Plan no_change;
  SimulatedLayer layer(no_change, r, seen, {}, never_seen, options, scales, RecordingsLoss::simulation);
  std::vector<double> out = seen;
  const std::vector<double> ridge(never_seen.size(), hold_at_first * response_to_weights(r, scales));
  return layer.fit_beginning({}, out, ridge, steps) ? out : seen;
}

}  // namespace rule_search
