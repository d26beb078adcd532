// A session: a stream of spike counts and of what they are to be decoded to, of which a network learns a part.
#pragma once

#include <vector>

#include "expression/rule.hpp"
#include "network/spiking.hpp"

namespace rule_search {

/// What is recorded, T steps of n0 counts and of n_out targets.
struct DecodingStream {
  std::vector<double> counts;  ///< T x n0
  std::vector<double> target;  ///< T x n_out
  std::vector<char> learn;     ///< T: whether the rule learns in this step; others are scored

  /// Steps from which decoders that don't learn online are fitted: those with learning before this one.
  int fitted_before = 0;

  int steps() const { return static_cast<int>(learn.size()); }
};

struct DecodingSession {
  SpikingShape network;
  std::vector<std::vector<double>> weights;           ///< at the start; see SpikingNetwork::start()
  std::vector<std::vector<double>> feedback_weights;  ///< the same
  DecodingStream stream;
};

/// Throws InputError where a time constant of a rule is shorter than a bin.
void refuse_times_within_a_bin(const Rule& rule, double bin);

/// Throws InputError where a rule says that its steps have another length.
void refuse_another_bin(const plan::Plan& plan, double bin);

}  // namespace rule_search
