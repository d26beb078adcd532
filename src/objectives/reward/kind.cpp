#include "objectives/reward/kind.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace rule_search {

namespace {

// A number of the task where no other is given.
Option of_task(const std::string& name, double& value, double most, const std::string& meaning,
               const std::function<double()>& completed) {
  Option o = number_option(name, value, 0, most, meaning + "; the task says how much where this is left out");
  o.default_text = "";
  o.get = [completed] { return nlohmann::json(completed()); };
  return o;
}

// Of the rule of a user: what a search takes out of it may leave a rule that does nothing.
void refuse_without_reward(const Rule& rule) {
  for (const Signal& s : rule.signals) {
    if (s.name == "reward") return;
  }
  throw InputError(
      "the rule never reads reward, and nothing else tells it how a trial went\n  hint: dw = (reward - "
      "expected_reward) * trace, with a state trace: post x pre = 0 each trial");
}

}  // namespace

std::vector<Option> RewardKind::options() {
  std::string tasks;
  for (const TaskRow& t : task_rows()) tasks += fmt::format("{}{} ({})", tasks.empty() ? "" : ", ", t.name, t.meaning);
  const auto completed = [this](double RewardOptions::*number) {
    return [this, number] { return given().completed().*number; };
  };
  Option steps = whole_option("trial-steps", numbers_.steps, 0, 100000,
                              "steps of a trial, of which the delay takes what is left; 0 for the task's own");
  steps.get = [this] { return nlohmann::json(given().completed().steps); };
  return {choice_option("task", task_, task_names(), "what is learnt: " + tasks),
          whole_option("units", numbers_.neurons, 1, 100000, "neurons of the network"),
          whole_option("trials", numbers_.trials, 1, 1000000, "trials of a session"),
          whole_option("report-trials", numbers_.report_trials, 100, 1000000,
                       "trials of the sessions that tell after how many a task is learnt"),
          steps,
          number_option("alpha", numbers_.alpha, 1e-6, 1, "length of a step in units of the neurons' time constant"),
          of_task("gain", numbers_.gain, 1e3, "initial weights: standard deviation times the root of the neurons",
                  completed(&RewardOptions::gain)),
          of_task("readout", numbers_.readout, 1e3, "the same of the readout, which does not learn",
                  completed(&RewardOptions::readout)),
          of_task("perturbation", numbers_.perturbation, 1e3, "largest perturbation of a neuron's net input",
                  completed(&RewardOptions::perturbation)),
          number_option("perturbed", numbers_.perturbed, 0, 1, "share of the neurons that are perturbed in a step"),
          of_task("rate", numbers_.rate, 1e6, "what dw is multiplied by before it is added",
                  completed(&RewardOptions::rate)),
          of_task("clip", numbers_.clip, 1e6, "largest change of a weight in a step, 0 for no limit",
                  completed(&RewardOptions::clip)),
          number_option("average-keep", numbers_.average_keep, 0, 1,
                        "expected_reward: share of the average that stays when a reward comes in"),
          choice_option("slopes", slopes_, {"cut", "exact"},
                        "derivatives of a fit: cut (reward minus expected_reward is taken as given) or exact (through "
                        "reward, too)")};
}

RewardOptions RewardKind::given() const {
  RewardOptions out = numbers_;
  out.task = *task_named(task_);
  out.exact = slopes_ == "exact";
  return out;
}

void RewardKind::check() const { given().completed(); }

std::unique_ptr<Objective> RewardKind::make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const {
  check();
  refuse_without_reward(rule);
  auto out = std::make_unique<RewardObjective>(given(), seed);
  if (loaded) loaded(out->describe().data_hash);
  return out;
}

}  // namespace rule_search
