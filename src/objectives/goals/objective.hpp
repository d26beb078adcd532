// The third objective: a goal in place of data. A layer sees a stream of inputs from a distribution that is drawn at
// random, and its weights are to come to what is known to be best for that distribution. What is asked is which rule
// gets there, in worlds that the search has not seen.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fit/objective.hpp"
#include "objectives/goals/options.hpp"
#include "objectives/goals/world.hpp"

namespace rule_search {

class GoalObjective : public Objective {
 public:
  /// Throws InputError where the options don't fit each other or the goal.
  GoalObjective(const GoalOptions& options, std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return 1; }
  std::size_t units(Part part) const override;
  /// The conditions of the goal, once for every time of comparison.
  std::size_t answers(Part part, std::size_t unit) const override;
  int longest_unit() const override { return options_.steps; }
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  /// Some worlds come to the edge of stability before others, as they differ in their variance.
  LossTraits traits() const override;
  Description describe() const override;
  /// Beside a layer that does not learn and one whose weights are all 0.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;
  /// Losses count up to twice that of a layer that does not learn; accuracy is the fraction of the squares that is gone.
  Score summarise(const std::vector<Outcome>& outcomes) const override;

  const GoalOptions& options() const { return options_; }
  /// World `number` of a part, the same whatever else was drawn.
  World world(Part part, std::size_t number) const;
  /// A layer whose weights are all 0, on the first `count` worlds of a part: it has no direction and no length.
  Score score_of_zero_weights(Part part, std::size_t count) const;
  /// FNV-1a of the first world of every part, 16 hexadecimal digits.
  std::string content_hash() const;

 private:
  GoalOptions options_;
  std::uint64_t seed_;
};

/// What reports say of a goal, all but its worlds. The options are completed.
Description goal_words(const GoalOptions& options);

}  // namespace rule_search
