// A layer that learns in a world by a rule, and how far from the goal it is.
#pragma once

#include <array>
#include <vector>

#include "fit/outcome.hpp"
#include "network/plastic_layer.hpp"
#include "objectives/goals/options.hpp"
#include "objectives/goals/world.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Shares of a stream after which weights are compared with the goal. They lie in its second half, so that the noise of
/// single inputs is averaged and a rule that gets there early has something from it.
constexpr std::array<double, 4> compared_at = {0.625, 0.75, 0.875, 1.0};

/// Not thread-safe. Options are completed ones, and must outlive it.
class GoalLearner {
 public:
  /// `directions`: entries of theta to differentiate by.
  GoalLearner(const GoalOptions& options, const plan::Plan& plan, const std::vector<int>& directions);

  /// Residuals are the deviations from the goal, once for every time of comparison, in the size of the root mean square of
  /// those of the weights at the start.
  Outcome run(const World& world, const std::vector<double>& theta);

 private:
  void compare(const World& world, double scale, Outcome& out) const;

  const GoalOptions& o_;
  std::size_t derivatives_;
  PlasticLayer layer_;
};

}  // namespace rule_search
