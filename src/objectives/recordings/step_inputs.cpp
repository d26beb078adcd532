#include "objectives/recordings/step_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/error.hpp"

namespace rule_search {

StepInputs::StepInputs(const plan::Plan& plan, const LayerRecording& recording) : r_(recording) {
  for (const Signal& s : plan.signals) {
    const int width = s.shape.is_number() ? 1 : s.shape.rows == Side::pre ? r_.m : r_.n;
    signals_.push_back({series(s.name, width), width});
  }
  if (plan::remembers_trials(plan)) trial_ = series("trial", 1);
  if (plan.uses(Quantity::err_pre)) err_pre_ = series("err_pre", r_.m);
  if (plan.uses(Quantity::err_post) && r_.target.empty())
    throw InputError(
        "the rule asks for err_post, but the recordings have no target that an error could be made with\n  hint: "
        "columns target[1] ... target[n]; err_post is post - target");
}

PlasticLayer::StepInput StepInputs::at(int t) const {
  PlasticLayer::StepInput out;
  if (!r_.target.empty()) out.target = r_.target.data() + static_cast<std::ptrdiff_t>(t) * r_.n;
  if (err_pre_ != nullptr) out.err_pre = err_pre_ + static_cast<std::ptrdiff_t>(t) * r_.m;
  for (const auto& [values, width] : signals_) out.signals.push_back(values + static_cast<std::ptrdiff_t>(t) * width);
  out.begins_trial = trial_ != nullptr && t > 0 && trial_[t] != trial_[t - 1];
  return out;
}

const double* StepInputs::series(const std::string& name, int width) const {
  const auto at = r_.others.find(name);
  if (at == r_.others.end()) {
    // What was chosen can be a signal as well, where all of it is known.
    if (name == "choice" && !r_.choice.empty() && width == r_.n &&
        std::find(r_.choice_seen.begin(), r_.choice_seen.end(), 0) == r_.choice_seen.end())
      return r_.choice.data();
    refuse_missing(name, width);
  }
  if (at->second.width != width)
    throw InputError(fmt::format("{}: the rule asks for {} numbers of {} at a time, found {}", r_.name, width, name,
                                 at->second.width));
  return at->second.values.data();
}

void StepInputs::refuse_missing(const std::string& name, int width) const {
  if (name == "choice" && !r_.choice.empty())
    throw InputError(
        fmt::format("{}: the rule asks for choice as a signal, {}\n  hint: signal choice: post has a number for "
                    "every postsynaptic neuron, at "
                    "every time",
                    r_.name,
                    width == r_.n ? "but some choices were not recorded"
                                  : fmt::format("{} numbers at a time, found {}", width, r_.n)));
  std::vector<std::string> names;
  for (const auto& [known, values] : r_.others) names.push_back(known);
  throw InputError(fmt::format(
      "{}: the rule asks for {}, which was not recorded\n  hint: {}{}", r_.name, name,
      width == 1 ? fmt::format("a column {}", name) : fmt::format("columns {0}[1] ... {0}[{1}]", name, width),
      names.empty() ? "" : fmt::format("; signals are {}", fmt::join(names, ", "))));
}

}  // namespace rule_search
