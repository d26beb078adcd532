// What a rule makes of pairs of spikes: the window over their delay and the curve over their frequency, as pictures.
#pragma once

#include <string>
#include <vector>

#include "data/protocol.hpp"
#include "fit/exhibits.hpp"
#include "plan/plan.hpp"

namespace rule_search {

/// Pairs of one presynaptic and one postsynaptic spike.
struct Pairings {
  double delay = 0.01;   ///< postsynaptic minus presynaptic spike, s
  double frequency = 1;  ///< of the pairs, Hz
  int count = 60;
  double after = after_by_default;  ///< s from the last spike until the change is measured
};

/// A rule with its parameters, and the weight that a synapse begins with.
struct SpikeRule {
  plan::Plan plan;
  std::vector<double> theta;
  double weight = 1;
};

/// Changes in percent of the initial weight; not a number where the rule diverges. Throws InputError where the rule asks for
/// more than spikes, see EventDrivenSynapse.
std::vector<double> changes(const SpikeRule& rule, const std::vector<Pairings>& pairings);

/// The change over delays of up to `reach` s to both sides.
Picture window_picture(const SpikeRule& rule, const Pairings& pairings, double reach);
/// The change over frequencies from 0.1 Hz to `most`, a line for each of `delays`.
Picture frequency_picture(const SpikeRule& rule, const Pairings& pairings, const std::vector<double>& delays,
                          double most);

/// "10 ms", "-0.5 ms".
std::string milliseconds(double seconds);

}  // namespace rule_search
