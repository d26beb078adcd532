// What a rule makes of a layer, without anything to compare it with.
#pragma once

#include <string>
#include <vector>

#include "data/recording.hpp"
#include "expression/rule.hpp"
#include "network/cells.hpp"

namespace rule_search {

/// T times of n postsynaptic and m presynaptic neurons, row by row, time by time.
struct SimulatedRecording {
  std::vector<double> w;     ///< T x n x m: the weights that met the activity of that time
  std::vector<double> post;  ///< T x n
  /// By state of the rule: T x its elements, as it was before the step of that time.
  std::vector<std::vector<double>> states;
  bool diverged = false;  ///< an activity was no longer finite; from there on there are zeros
};

/// A layer with the inputs, signals and targets of a recording that learns by the rule from the first recorded weights on. `theta`
/// has the values of a ParameterLayout of one connection. Throws InputError where the recording lacks what the rule asks for,
/// or an initial weight.
SimulatedRecording simulate(const Rule& rule, const std::vector<double>& theta, const LayerRecording& recording,
                            Activation activation, double beta);

}  // namespace rule_search
