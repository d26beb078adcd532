// What is asked of a search for a rule that decodes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fit/part.hpp"
#include "objectives/decoding/generator.hpp"
#include "objectives/decoding/session.hpp"

namespace rule_search {

struct DecodingOptions {
  std::string tuning = "default";
  int units = 96;
  double bin = 0.02;  ///< seconds of a step
  std::vector<int> hidden = {64, 32};
  std::string feedback = "symmetric";
  double learn_time = 120, frozen_time = 60;  ///< seconds, one after the other
  double search_share = 0.5;  ///< what sessions that coefficients are fitted on are long, as a share of all others
  std::string change = "none";
  double change_share = 0.5;
  bool frozen_after_change = false;
  double tau_membrane = 0.04, tau_output = 0.06;  ///< seconds
  double threshold = 1, gate_slope = 1, tangent_slope = 3, row_bound = 6;
  int clock = 50;

  /// Throws InputError where they don't fit each other.
  void check() const;
  /// Steps with learning and, unless something changes, without.
  int learn_steps(Part part) const;
  int frozen_steps(Part part) const;
  SpikingShape shape() const;
};

/// Steps in which a network that goes on learning is tested: the last `probe` of every `of` seconds.
constexpr double probe_seconds = 2, probe_every = 10;

/// Session `number` of a part, the same whatever else was drawn. Where something changes in the middle the network learns to
/// the end, but in probes; otherwise it is frozen after `learn_time`.
DecodingSession drawn_session(const DecodingOptions& options, std::uint64_t seed, Part part, std::size_t number);

/// Whether a network learns, by step of a session of this part.
std::vector<char> learn_mask(const DecodingOptions& options, Part part);
/// Of these steps those that are scored: without learning, where something changes in the last quarter alone.
std::vector<std::size_t> scored_steps(const DecodingOptions& options, const std::vector<char>& learn);

}  // namespace rule_search
