// Tells recordings apart by what they hold.
#pragma once

#include <vector>

#include "base/hash.hpp"
#include "data/recording.hpp"

namespace rule_search {

/// FNV-1a of recordings, in the order in which they are added. Names of files are no part of it.
class RecordingHash {
 public:
  void add(const LayerRecording& recording);
  /// Rules have steps, and know nothing of times.
  void add_but_times(const LayerRecording& recording);
  /// Standard errors of a recording that was added: errors alone make no other recording.
  void add_errors(const std::vector<double>& errors);
  const Hash& hash() const { return hash_; }

 private:
  void add(const std::vector<double>& values);
  Hash hash_;
};

}  // namespace rule_search
