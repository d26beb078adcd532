// Being told to stop.
#pragma once

#include <csignal>
#include <string>

namespace rule_search {

/// For as long as it lives, Ctrl-C and SIGTERM are kept for received() to tell, once; the next of either ends the
/// process at once. A signal that the process was told to ignore stays ignored.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// What came: "Ctrl-C", "SIGTERM", or "" where nothing did.
  static std::string received();

 private:
  struct sigaction interrupt_ = {}, terminate_ = {};  ///< as they were before
};

}  // namespace rule_search
