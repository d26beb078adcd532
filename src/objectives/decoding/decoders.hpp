// Decoders without a network of spiking neurons, which a found rule is put beside.
#pragma once

#include <vector>

#include "objectives/decoding/session.hpp"

namespace rule_search {

/// Counts smoothed by an exponential, T x n0: s <- s + dt/tau (counts - s), with exp(-dt/tau) exactly.
std::vector<double> smoothed(const DecodingStream& stream, double dt, double tau);

/// A Kalman filter with the velocity as its state and the counts of one bin as what is observed, its matrices by least squares
/// from the steps to fit (Wu et al., Neural Comput. 18:80 (2006)). T x outputs.
std::vector<double> kalman_outputs(const DecodingStream& stream);

/// Ridge regression of the velocity on counts smoothed with 60 and 200 ms, from the steps to fit; the penalty is the one
/// with the least error in the last fifth of these, when fitted to the others. T x outputs.
std::vector<double> ridge_outputs(const DecodingStream& stream, double dt);

/// y = W [s; 1] with counts s smoothed with 120 ms, W <- W + rate (target - y) [s; 1]' in steps with learning (the delta
/// rule; Widrow & Hoff 1960). T x outputs.
std::vector<double> delta_outputs(const DecodingStream& stream, double dt, double rate);

}  // namespace rule_search
