// Recordings in which nothing can be found, to see what a search finds there.
#pragma once

#include <cstdint>
#include <vector>

#include "data/recording.hpp"

namespace rule_search {

/// Every recording with its own inputs and signals and with weights, activities and choices of another one, which begin
/// anew at a time between a quarter and three quarters of it and go on from its first time where they end. Follows from
/// the seed and what the recordings hold, not from their order.
std::vector<LayerRecording> permuted(std::vector<LayerRecording> recordings, std::uint64_t seed);

}  // namespace rule_search
