#include "objectives/recordings/simulated_layer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/initial_weights.hpp"

namespace rule_search {

namespace {

// Residuals of choices are far from linear, and steps shrink slowly. What is left of the weights' way at this share of the
// squares is a hundredth of their standard errors.
constexpr double near_enough = 1e-8;
constexpr double near_enough_of_choices = 1e-6;

std::vector<int> joined(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

std::vector<double> state_units(const plan::Plan& plan, const LayerRecording& r, const std::vector<double>& known,
                                const RecordingsOptions& options) {
  const StepInputs inputs(plan, r);
  PlasticLayer layer(plan, r.n, r.m, {}, options.activation, options.beta);
  const ParameterLayout layout(plan.parameters, 1);
  layer.start(layout.initial, known.data());
  std::vector<double> squares(layer.states(), 0.0);
  int times = 0;
  for (; times < r.steps; ++times) {
    if (!layer.forward(r.pre.data() + static_cast<std::ptrdiff_t>(times) * r.m)) break;
    for (std::size_t k = 0; k < squares.size(); ++k) squares[k] += layer.state(k) * layer.state(k);
    layer.learn(inputs.at(times));
  }
  std::vector<double> out;
  for (const plan::Memory& s : plan.states) {
    const std::size_t width = numbers_remembered(s.shape, r.n, r.m);
    const auto first = squares.begin() + static_cast<std::ptrdiff_t>(out.size());
    const double sum = std::accumulate(first, first + static_cast<std::ptrdiff_t>(width), 0.0);
    const double size = std::sqrt(sum / static_cast<double>(width) / std::max(times, 1));
    out.insert(out.end(), width, size > 0 && std::isfinite(size) ? size : 1);
  }
  return out;
}

SimulatedLayer::SimulatedLayer(const plan::Plan& plan, const LayerRecording& recording,
                               const std::vector<double>& known, const std::vector<int>& directions,
                               std::vector<int> fitted, const RecordingsOptions& options, const ResidualScales& scales,
                               RecordingsLoss loss)
    : r_(recording),
      options_(options),
      loss_(loss),
      own_(plan, recording, known, options, scales),
      fitted_(std::move(fitted)),
      place_(synapses_of(recording), -1),
      state_units_(options.fit_initial_states && !plan.states.empty() ? state_units(plan, recording, known, options)
                                                                      : std::vector<double>()),
      directions_(static_cast<int>(directions.size())),
      inputs_(plan, recording),
      layer_(plan, recording.n, recording.m, joined(own_.others(directions), own_.entries()), options.activation,
             options.beta, fitted_, !state_units_.empty()),
      residuals_(recording, options, scales, directions_ + static_cast<int>(this->fitted())) {
  for (std::size_t k = 0; k < fitted_.size(); ++k) place_[static_cast<std::size_t>(fitted_[k])] = static_cast<int>(k);
  for (std::size_t s = 0; options.warm_up > 0 && s < synapses_of(recording); ++s)
    recorded_at_first_.push_back(is_recorded_at_first(recording, s, options));
  for (std::size_t k = 0; k < plan.states.size() && !state_units_.empty(); ++k) {
    const plan::Memory& s = plan.states[k];
    if (s.elements.empty())
      declared_states_.insert(declared_states_.end(), numbers_remembered(s.shape, recording.n, recording.m), s.initial);
    else
      declared_states_.insert(declared_states_.end(), s.elements.begin(), s.elements.end());
  }
}

std::vector<double> SimulatedLayer::beginning(std::vector<double> weights) const {
  weights.insert(weights.end(), declared_states_.begin(), declared_states_.end());
  weights.resize(weights.size() + own_.size(), 0.0);
  return weights;
}

bool SimulatedLayer::follow(const std::vector<double>& theta, const std::vector<double>& beginning, int steps,
                            int judged_from) {
  if (!(loss_ == RecordingsLoss::integral ? add_up(theta, beginning, steps, judged_from)
                                          : simulate(theta, beginning, steps, judged_from)))
    return false;
  for (std::size_t k = 0; k < own_.size(); ++k)
    residuals_.scale_derivative(directions_ + static_cast<int>(k), own_.slope(k, theta, own_of(beginning)[k]));
  return true;
}

void SimulatedLayer::start(const std::vector<double>& theta, const std::vector<double>& beginning) {
  residuals_.start();
  layer_.start(own_.inserted(theta, own_of(beginning)), beginning.data());
  for (std::size_t k = 0; k < state_units_.size(); ++k)
    layer_.set_initial_state(k, beginning[synapses_of(r_) + k], state_units_[k]);
  // What the end of the warm-up begins with is for its end.
  for (std::size_t s = 0; s < recorded_at_first_.size(); ++s) {
    if (recorded_at_first_[s] != 0) layer_.set_weight(static_cast<int>(s), r_.w[first_seen(r_, s)]);
  }
}

// Activities of time t, in the warm-up with the weights that were recorded.
bool SimulatedLayer::forward(const std::vector<double>& beginning, int t) {
  if (!layer_.forward(input(t))) return false;
  const bool warming_up = t > 0 && t <= options_.warm_up;
  return !warming_up || !keep_to_recorded(beginning, t) || layer_.forward(input(t));
}

// Whether a weight was changed by it.
bool SimulatedLayer::keep_to_recorded(const std::vector<double>& beginning, int t) {
  bool changed = false;
  for (std::size_t s = 0; s < recorded_at_first_.size(); ++s) {
    const std::size_t k = static_cast<std::size_t>(t) * synapses_of(r_) + s;
    const bool begins = t == options_.warm_up && options_.fit_initial_weights && recorded_at_first_[s] != 0;
    if (!begins && r_.w_seen[k] == 0) continue;
    layer_.set_weight(static_cast<int>(s), begins ? beginning[s] : r_.w[k], begins ? place_[s] : -1);
    changed = true;
  }
  return changed;
}

bool SimulatedLayer::simulate(const std::vector<double>& theta, const std::vector<double>& beginning, int steps,
                              int judged_from) {
  start(theta, beginning);
  for (int t = 0; t < steps; ++t) {
    if (!forward(beginning, t)) return false;
    if (t == judged_from) residuals_.judge_from_here();
    if (t >= options_.warm_up) residuals_.add(layer_, t);
    if (t + 1 == steps) break;
    if (loss_ == RecordingsLoss::one_step && t > options_.warm_up && all_weights_seen(r_, t)) {
      // The step starts from what was recorded.
      layer_.replace_weights(r_.w.data() + static_cast<std::size_t>(t) * synapses_of(r_));
      if (!layer_.forward(input(t))) return false;
    }
    layer_.learn(inputs_.at(t));
  }
  return true;
}

// RecordingsLoss::integral: every step starts from what was recorded; what the steps change is added up to the initial
// weights.
bool SimulatedLayer::add_up(const std::vector<double>& theta, const std::vector<double>& beginning, int steps,
                            int judged_from) {
  start(theta, beginning);
  const std::size_t synapses = synapses_of(r_);
  const auto slopes = static_cast<std::size_t>(directions_) + fitted();
  std::vector<double> now(beginning.begin(), beginning.begin() + static_cast<std::ptrdiff_t>(synapses));
  std::vector<double> slope(synapses * slopes, 0.0);
  for (int t = 0; t < steps; ++t) {
    const std::size_t first = static_cast<std::size_t>(t) * synapses;
    for (std::size_t k = 0; k < synapses && t <= options_.warm_up; ++k) {
      if (r_.w_seen[first + k] == 0) continue;
      now[k] = r_.w[first + k];
      std::fill_n(slope.begin() + static_cast<std::ptrdiff_t>(k * slopes), slopes, 0.0);
    }
    if (t == judged_from) residuals_.judge_from_here();
    for (std::size_t k = 0; k < synapses; ++k) {
      if (is_explained(r_, first + k, options_)) residuals_.add_weight(first + k, now[k], slope.data() + k * slopes);
    }
    const double* const recorded = r_.w.data() + first;
    const std::vector<double> from = all_weights_seen(r_, t) ? std::vector<double>(recorded, recorded + synapses) : now;
    layer_.replace_weights(from.data());
    if (!layer_.forward(input(t))) return false;
    layer_.learn(inputs_.at(t));
    if (!layer_.forward(input(t))) return false;  // brings the weights up to date
    for (std::size_t k = 0; k < synapses; ++k) {
      const int i = static_cast<int>(k) / r_.m;
      const int j = static_cast<int>(k) % r_.m;
      now[k] += layer_.weight(i, j) - from[k];
      for (std::size_t d = 0; d < slopes; ++d)
        slope[k * slopes + d] += layer_.weight_derivative(i, j, static_cast<int>(d));
    }
  }
  return true;
}

bool SimulatedLayer::fit_beginning(const std::vector<double>& theta, std::vector<double>& beginning,
                                   const std::vector<double>& ridge, int steps) {
  // States are fitted as what they differ by from what the rule file says, in their units.
  const std::size_t synapses = synapses_of(r_);
  std::vector<double> start(own_of(beginning), own_of(beginning) + own_.size());
  for (int k : fitted_) start.push_back(beginning[static_cast<std::size_t>(k)]);
  for (std::size_t k = 0; k < state_units_.size(); ++k)
    start.push_back((beginning[synapses + k] - declared_states_[k]) / state_units_[k]);
  const auto insert = [&](const double* numbers) {
    std::copy_n(numbers, own_.size(), beginning.end() - static_cast<std::ptrdiff_t>(own_.size()));
    numbers += own_.size();
    for (std::size_t k = 0; k < fitted_.size(); ++k) beginning[static_cast<std::size_t>(fitted_[k])] = numbers[k];
    for (std::size_t k = 0; k < state_units_.size(); ++k)
      beginning[synapses + k] = declared_states_[k] + numbers[fitted_.size() + k] * state_units_[k];
  };
  if (!follow(theta, beginning, steps)) return false;
  const std::vector<double> found =
      least_squares_of_beginning(start, ridge, r_.choice.empty() ? near_enough : near_enough_of_choices,
                                 [&](const double* numbers) -> const std::vector<Outcome>* {
                                   insert(numbers);
                                   return follow(theta, beginning, steps) ? &residuals_.compared().outcomes : nullptr;
                                 });
  insert(found.data());
  return true;
}

const double* SimulatedLayer::input(int t) const { return r_.pre.data() + static_cast<std::ptrdiff_t>(t) * r_.m; }

}  // namespace rule_search
