// What is asked of a search for a rule that learns from reward.
#pragma once

#include "objectives/reward/task.hpp"

namespace rule_search {

/// Where a number is below 0 the task's own counts.
struct RewardOptions {
  Task task = &task_rows().front();
  int neurons = 50;         ///< N
  int trials = 500;         ///< of a session
  int report_trials = 800;  ///< of a session that says after how many trials a task is learnt
  int steps = 0;            ///< of a trial; 0 for the task's own. What is more or less than that, the delay is
  double alpha = 0.05;
  double gain = -1, readout = -1, perturbation = -1, rate = -1, clip = -1;  ///< clip 0: none
  double perturbed = 0.03;     ///< share of neurons that are perturbed in a step
  double average_keep = 0.33;  ///< see Session
  bool exact = false;          ///< whether fits follow the reward, too; see Derivatives

  /// With the task's own numbers in place of those that were not given. Throws InputError where they don't fit each other.
  RewardOptions completed() const;
  int delay() const { return steps - task->shown() - task->response; }
};

}  // namespace rule_search
