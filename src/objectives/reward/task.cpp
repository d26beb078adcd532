#include "objectives/reward/task.hpp"

#include <array>

#include "base/named.hpp"
#include "objectives/reward/options.hpp"

namespace rule_search {

namespace {

// Rows of zeros for all steps of a trial, but for the last input, a bias.
void add_bias(const RewardOptions& o, double bias, std::vector<double>& input) {
  input.assign(static_cast<std::size_t>(o.steps) * static_cast<std::size_t>(o.task->inputs), 0.0);
  for (std::size_t at = static_cast<std::size_t>(o.task->inputs) - 1; at < input.size();
       at += static_cast<std::size_t>(o.task->inputs))
    input[at] = bias;
}

double& at(std::vector<double>& input, const RewardOptions& o, int step, int which) {
  return input[static_cast<std::size_t>(step) * static_cast<std::size_t>(o.task->inputs) +
               static_cast<std::size_t>(which)];
}

// Two stimuli, one after the other, each one of two: the answer is whether they differ.
double two_stimuli(int type, const RewardOptions& o, Random&, std::vector<double>& input) {
  constexpr double size = 8;
  constexpr double bias = 0.5;
  const TaskRow& t = *o.task;
  add_bias(o, bias, input);
  const int first = type / 2;
  const int second = type % 2;
  for (int k = 0; k < t.stimulus; ++k) at(input, o, k, first) = size;
  for (int k = 0; k < t.second_stimulus; ++k) at(input, o, t.stimulus + t.gap + k, second) = size;
  return first == second ? -1 : 1;
}

// Two noisy stimuli at once, and a cue that says which of them counts: the answer is its sign.
double context(int type, const RewardOptions& o, Random& random, std::vector<double>& input) {
  constexpr double size = 2;
  constexpr double noise = 0.3;
  constexpr double cue = 3;
  constexpr double bias = 0.3;
  add_bias(o, bias, input);
  const int counts = type / 4;
  const std::array<double, 2> sign = {(type / 2) % 2 == 0 ? -1.0 : 1.0, type % 2 == 0 ? -1.0 : 1.0};
  for (int k = 0; k < o.task->stimulus; ++k) {
    for (int which = 0; which < 2; ++which)
      at(input, o, k, which) = size * (sign[static_cast<std::size_t>(which)] + noise * normal(random));
  }
  for (int k = 0; k < o.steps; ++k) at(input, o, k, 2 + counts) = cue;
  return sign[static_cast<std::size_t>(counts)];
}

constexpr std::array table = {
    TaskRow{"dnms", "two stimuli one after the other: are they different?", 3, 4, 1.5, 2, 1.5, 0.025, 0.015, 10, 2, 10,
            2, 6, two_stimuli},
    TaskRow{"context", "two noisy stimuli and a cue: which sign has the one that the cue names?", 5, 8, 0.8, 1, 2,
            0.015, 0.02, 22, 0, 0, 4, 10, context},
};

}  // namespace

std::span<const TaskRow> task_rows() { return table; }

std::optional<Task> task_named(const std::string& name) {
  const TaskRow* const found = row_named(table, name);
  return found == nullptr ? std::nullopt : std::optional<Task>(found);
}

std::vector<std::string> task_names() { return names_of(table); }

}  // namespace rule_search
