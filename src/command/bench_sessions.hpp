// Speed of sessions that are learnt from reward.
#pragma once

#include <string>

namespace rule_search::command {

struct SessionBench {
  std::string task = "dnms";
  std::string recorded;  ///< a session in place of a drawn one
  int repeats = 5;
  bool as_json = false;
};

int bench_sessions(const SessionBench& options);

}  // namespace rule_search::command
