// Speed of spiking networks that decode.
#pragma once

#include <string>

namespace rule_search::command {

struct DecodingBench {
  std::string recorded;  ///< a session in place of a drawn one
  int repeats = 5;
  bool as_json = false;
};

int bench_decoding(const DecodingBench& options);

}  // namespace rule_search::command
