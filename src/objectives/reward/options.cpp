#include "objectives/reward/options.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace rule_search {

RewardOptions RewardOptions::completed() const {
  RewardOptions out = *this;
  const TaskRow& t = *task;
  const auto complete = [](double& given, double of_task) {
    if (given < 0) given = of_task;
  };
  complete(out.gain, t.gain);
  complete(out.readout, t.readout);
  complete(out.perturbation, t.perturbation);
  complete(out.rate, t.rate);
  complete(out.clip, t.clip);
  const int least = t.shown() + t.response;
  if (steps == 0) out.steps = least + t.delay;
  if (out.steps < least)
    throw InputError(
        fmt::format("‹trial-steps› {}: expected at least {}, since stimuli take {} steps of {} and the "
                    "response {}\n  hint: without it a trial has {} steps",
                    steps, least, t.shown(), t.name, t.response, least + t.delay));
  return out;
}

}  // namespace rule_search
