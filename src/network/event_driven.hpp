// One synapse between two neurons whose spikes are given: from spike to spike, and the time between them at once where the
// rule allows it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace rule_search {

/// Neurons spike at a time.
struct SpikeEvent {
  double time = 0;        ///< s
  int pre = 0, post = 0;  ///< so many spikes
};

/// All spikes of two neurons as events in order of time. `pre`, `post`: times in s, in any order. Spikes that are less than
/// 1e-9 s apart are one event.
std::vector<SpikeEvent> events_of(const std::vector<double>& pre, const std::vector<double>& post);

/// Double precision, exact derivatives. A rule reads pre and post, the numbers of spikes in a step, and signals
/// named `spike`, which are what post is (or pre, where they were declared with its shape). Not thread-safe.
class EventDrivenSynapse {
 public:
  /// `directions`: entries of theta to differentiate by, see ParameterLayout. Throws InputError where the rule does not say
  /// how long its step is, or reads what two spiking neurons do not have.
  EventDrivenSynapse(const plan::Plan& plan, const std::vector<int>& directions);
  ~EventDrivenSynapse();
  EventDrivenSynapse(EventDrivenSynapse&&) noexcept;

  /// Whether spikes may be at any time: all states decay exponentially between spikes. Where they do not, a spike is in the
  /// step whose beginning is nearest to it.
  bool takes_any_time() const;

  /// Begins anew with this weight and the rule's initial states, at the time of the first event, and ends so many seconds
  /// after the step of the last one. False where a number is not finite.
  bool run(const std::vector<double>& theta, double weight, const std::vector<SpikeEvent>& events, double after = 0);

  double weight() const;
  double weight_derivative(int direction) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rule_search
