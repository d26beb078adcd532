// The fourth objective: a recurrent network learns a task from reward alone, at the end of trials. What is asked is by which
// rule it learns in few trials, in sessions that the search has not seen.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fit/objective.hpp"
#include "objectives/reward/options.hpp"

namespace rule_search {

/// A trial counts no more in the objective.
constexpr double largest_error = 2;
/// A trial with a smaller error is a right one: a constant output of 0 has 1.
constexpr double error_of_nothing = 1;
/// A residual is the root of the mean error of so many trials.
constexpr int trials_of_residual = 50;

/// Trials until so many of the last hundred were right; see Maoutsa (2025) and Miconi, eLife 6:e20899 (2017).
constexpr int criterion_right = 95;
constexpr int criterion_window = 100;
/// From the errors of a session: the first trial, counted from 1, at which the criterion holds; 0 where it never does.
int trials_to_criterion(const std::vector<double>& errors);

class RewardObjective : public Objective {
 public:
  /// Throws InputError where the options don't fit each other.
  RewardObjective(const RewardOptions& options, std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return 1; }
  std::size_t units(Part part) const override;
  std::size_t answers(Part part, std::size_t unit) const override;
  int longest_unit() const override { return options_.trials * options_.steps; }
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  LossTraits traits() const override;
  Description describe() const override;
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;
  /// Losses are half the mean error of a trial; accuracy is the share of right trials.
  Score summarise(const std::vector<Outcome>& outcomes) const override;
  std::string recorded(Part part, std::size_t unit, const Rule& rule, const std::vector<double>& theta) const override;

  const RewardOptions& options() const { return options_; }
  std::uint64_t seed() const { return seed_; }

 private:
  RewardOptions options_;
  std::uint64_t seed_;
};

}  // namespace rule_search
