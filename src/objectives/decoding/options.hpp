// What is asked of a search for a rule that decodes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fit/part.hpp"
#include "objectives/decoding/generator.hpp"
#include "objectives/decoding/recorded.hpp"
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
  /// Recordings in place of synthetic ones; then tuning, units and change do not matter.
  std::vector<std::string> files;
  double lag = 0, smooth = 0;  ///< seconds, see NeuralReading
  std::string behaviour;
  double least_rate = 0;                                      ///< Hz
  std::shared_ptr<const RecordedStreams> recorded = nullptr;  ///< after read_recordings()

  /// Throws InputError where they don't fit each other.
  void check() const;
  /// Throws InputError where they can't be read or used.
  void read_recordings();
  int recorded_units() const { return recorded ? recorded->units : units; }
  int outputs() const { return recorded ? recorded->outputs : 2; }
  /// Steps with learning and, unless something changes, without.
  int learn_steps(Part part) const;
  int frozen_steps(Part part) const;
  SpikingShape shape() const;
};

/// Steps in which a network that goes on learning is tested: the last `probe` of every `of` seconds.
constexpr double probe_seconds = 2, probe_every = 10;

/// Session `number` of a part, the same whatever else was drawn. Of recordings there are so many streams as recorded has; a
/// later number has one of these again, with other weights. Where something changes in the middle the network learns to
/// the end, but in probes; otherwise it is frozen after `learn_time`.
DecodingSession drawn_session(const DecodingOptions& options, std::uint64_t seed, Part part, std::size_t number);

/// Whether a network learns, by step of a session of this part, where no recordings say so.
std::vector<char> learn_mask(const DecodingOptions& options, Part part);
/// Of these steps those that are scored: without learning, where something changes in the last quarter alone.
std::vector<std::size_t> scored_steps(const DecodingOptions& options, const std::vector<char>& learn);

}  // namespace rule_search
