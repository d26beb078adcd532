#include "objectives/goals/learner.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

#include "fit/score.hpp"
#include "objectives/goals/conditions.hpp"

namespace rule_search {

GoalLearner::GoalLearner(const GoalOptions& options, const plan::Plan& plan, const std::vector<int>& directions)
    : o_(options),
      derivatives_(directions.size()),
      layer_(plan, options.neurons, options.inputs, directions, options.activation, options.beta) {}

Outcome GoalLearner::run(const World& world, const std::vector<double>& theta) {
  Outcome out;
  // So that worlds count alike.
  double squares = 0;
  const std::vector<double> at_start = deviations(o_.goal, world, world.weights);
  for (double x : at_start) squares += x * x;
  const double scale = std::sqrt(squares / static_cast<double>(at_start.size()));
  layer_.start(theta, world.weights.data());
  std::size_t next = 0;
  for (int t = 0; t <= o_.steps; ++t) {
    // After the last input the layer is shown the first once more, to have its weights brought up to date.
    const bool over = t == o_.steps;
    const double* const x = world.inputs.data() + static_cast<std::ptrdiff_t>(over ? 0 : t) * o_.inputs;
    if (!layer_.forward(x)) return diverged_outcome();
    if (t == static_cast<int>(std::lround(compared_at[next] * o_.steps))) {
      compare(world, scale, out);
      ++next;
    }
    if (!over) layer_.learn();
  }
  take_losses(out);
  if (out.diverged) return diverged_outcome();
  out.accuracy = 1 - out.loss / loss_of_no_change;
  return out;
}

void GoalLearner::compare(const World& world, double scale, Outcome& out) const {
  std::vector<double> weights;
  for (int i = 0; i < o_.neurons; ++i) {
    for (int j = 0; j < o_.inputs; ++j) weights.push_back(layer_.weight(i, j));
  }
  std::vector<double> by_weight;  // conditions x n x m
  const std::vector<double> missed = deviations(o_.goal, world, weights, derivatives_ > 0 ? &by_weight : nullptr);
  for (std::size_t k = 0; k < missed.size(); ++k) {
    out.residuals.push_back(missed[k] / scale);
    for (std::size_t d = 0; d < derivatives_; ++d) {
      double slope = 0;
      std::size_t at = k * weights.size();
      for (int i = 0; i < o_.neurons; ++i) {
        for (int j = 0; j < o_.inputs; ++j, ++at)
          slope += by_weight[at] * layer_.weight_derivative(i, j, static_cast<int>(d));
      }
      out.jacobian.push_back(slope / scale);
    }
  }
}

}  // namespace rule_search
