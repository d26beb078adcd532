#include "objectives/recordings/simulated_layer.hpp"

#include <cstddef>
#include <utility>

#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/initial_weights.hpp"

namespace rule_search {

namespace {

// Residuals of choices are far from linear, and steps shrink slowly. What is left of the weights' way at this share of the
// squares is a hundredth of their standard errors.
constexpr double near_enough = 1e-8;
constexpr double near_enough_of_choices = 1e-6;

}  // namespace

SimulatedLayer::SimulatedLayer(const plan::Plan& plan, const LayerRecording& recording,
                               const std::vector<double>& known, const std::vector<int>& directions,
                               std::vector<int> fitted, const RecordingsOptions& options, const ResidualScales& scales,
                               RecordingsLoss loss)
    : r_(recording),
      options_(options),
      loss_(loss),
      fitted_(std::move(fitted)),
      directions_(static_cast<int>(directions.size())),
      inputs_(plan, recording),
      layer_(plan, recording.n, recording.m, directions, options.activation, options.beta, fitted_),
      residuals_(recording, known, options, scales, directions_ + static_cast<int>(fitted_.size())) {}

bool SimulatedLayer::simulate(const std::vector<double>& theta, const std::vector<double>& initial_weights, int steps,
                              int judged_from) {
  residuals_.start();
  layer_.start(theta, initial_weights.data());
  for (int t = 0; t < steps; ++t) {
    if (!layer_.forward(input(t))) return false;
    if (t == judged_from) residuals_.judge_from_here();
    residuals_.add(layer_, t);
    if (t + 1 == steps) break;
    if (loss_ == RecordingsLoss::one_step && t > 0 && all_weights_seen(r_, t)) {
      // The step starts from what was recorded.
      layer_.replace_weights(r_.w.data() + static_cast<std::size_t>(t) * synapses_of(r_));
      if (!layer_.forward(input(t))) return false;
    }
    layer_.learn(inputs_.at(t));
  }
  return true;
}

bool SimulatedLayer::add_up(const std::vector<double>& theta, const std::vector<double>& initial_weights) {
  residuals_.start();
  layer_.start(theta, initial_weights.data());
  const std::size_t synapses = synapses_of(r_);
  const auto slopes = static_cast<std::size_t>(directions_);
  std::vector<double> now = initial_weights;
  std::vector<double> slope(synapses * slopes, 0.0);
  const int steps = compared_steps(r_, loss_);
  for (int t = 0; t < steps; ++t) {
    const std::size_t first = static_cast<std::size_t>(t) * synapses;
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

bool SimulatedLayer::fit_initial_weights(const std::vector<double>& theta, std::vector<double>& initial_weights,
                                         double ridge, int steps) {
  std::vector<double> start;
  for (int k : fitted_) start.push_back(initial_weights[static_cast<std::size_t>(k)]);
  const auto insert = [&](const double* weights) {
    for (std::size_t k = 0; k < fitted_.size(); ++k) initial_weights[static_cast<std::size_t>(fitted_[k])] = weights[k];
  };
  if (!simulate(theta, initial_weights, steps)) return false;
  const std::vector<double> found = least_squares_of_initial_weights(
      start, ridge, r_.choice.empty() ? near_enough : near_enough_of_choices,
      [&](const double* weights) -> const std::vector<Outcome>* {
        insert(weights);
        return simulate(theta, initial_weights, steps) ? &residuals_.compared().outcomes : nullptr;
      });
  insert(found.data());
  return true;
}

const double* SimulatedLayer::input(int t) const { return r_.pre.data() + static_cast<std::ptrdiff_t>(t) * r_.m; }

}  // namespace rule_search
