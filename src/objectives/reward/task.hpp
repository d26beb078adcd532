// The tasks that a recurrent network can learn from reward. A task is one row of the table in task.cpp and one function, what
// it shows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "objectives/reward/session.hpp"

namespace rule_search {

struct RewardOptions;

/// Lengths in steps, amplitudes in units of the input.
struct TaskRow {
  const char* name;
  const char* meaning;
  int inputs;  ///< M, a bias among them
  int types;   ///< of trials, each with its own average of rewards
  // What a network has where nothing else is asked for.
  double gain;          ///< standard deviation of a weight, times sqrt(N)
  double readout;       ///< the same of the readout
  double perturbation;  ///< largest
  double rate;          ///< what dw is multiplied by
  double clip;          ///< largest change of a weight in a step
  int stimulus, gap, second_stimulus, delay, response;
  /// Adds the input, T x M, of a trial of this type, and returns the target of its response.
  double (*show)(int type, const RewardOptions& options, Random& random, std::vector<double>& input);

  int shown() const { return stimulus + gap + second_stimulus; }  ///< steps before the delay
};

std::span<const TaskRow> task_rows();

/// A row of task_rows(); never null.
using Task = const TaskRow*;

std::optional<Task> task_named(const std::string& name);
/// All names, in the order of the rows.
std::vector<std::string> task_names();

}  // namespace rule_search
