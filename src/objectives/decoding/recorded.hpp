// Recordings of one's own as sessions.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "data/neural/recording.hpp"
#include "fit/part.hpp"
#include "objectives/decoding/session.hpp"

namespace rule_search {

struct RecordedStreams {
  std::vector<std::string> files;
  int units = 0, outputs = 0;
  int silent = 0;                                      ///< units that were left out
  std::string hash;                                    ///< of all counts, targets and masks
  bool masked = false;                                 ///< whether the files say when a network learns
  std::array<std::vector<DecodingStream>, 3> of_part;  ///< by Part

  const std::vector<DecodingStream>& of(Part part) const { return of_part[static_cast<std::size_t>(part)]; }
};

/// Steps of a session: with learning, then without; and of one to fit coefficients on.
struct StretchLengths {
  int learn = 0, frozen = 0;
  int search_learn = 0, search_frozen = 0;
};

/// Cuts recordings into stretches, one after the other, and deals these out: of every four the first and the third to search,
/// the second to validation, the fourth to test. A stretch for search gives as many sessions as fit. A recording that says
/// when a network learns is one stretch, and its sessions are as it says. Targets are standardised: less their mean, divided by
/// their standard deviation, both over the sessions of the search. Throws InputError where a part gets no session.
RecordedStreams cut_recordings(const std::vector<NeuralRecording>& recordings, const StretchLengths& lengths,
                               double bin);

}  // namespace rule_search
