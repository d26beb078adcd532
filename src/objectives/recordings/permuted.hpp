// Recordings in which nothing can be found, to see what a search finds there.
#pragma once

#include <cstdint>
#include <vector>

#include "data/recording.hpp"

namespace rule_search {

/// Every recording with its own inputs and signals and with weights, activities and choices of another one. In one half of
/// all, drawn, everything goes the other way: changes of weights since they were first seen, activities about the mean of
/// all, choices. So whatever a rule foretells, from the inputs or from the weights alone, is wrong as often as right.
/// Activities and choices begin at a time between a quarter and three quarters of the other one and go on from its first
/// time where they end. Follows from the seed and what the recordings hold, not from their order.
std::vector<LayerRecording> permuted(const std::vector<LayerRecording>& recordings, std::uint64_t seed);

}  // namespace rule_search
