// Bytes of a table of protocols. What is read has spikes in order of time, an error above 0, and nothing in it is not finite.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "data/protocol.hpp"
#include "fuzz.hpp"

using namespace rule_search;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const Protocol& p : read_protocols(fuzz::file_of(data, size, ".csv"))) {
      fuzz::require(!p.name.empty(), "a protocol has a name");
      fuzz::require(!p.pre.empty() || !p.post.empty(), "a protocol has spikes");
      fuzz::require(p.error > 0 && std::isfinite(p.error), "an error is above 0");
      fuzz::require(std::isfinite(p.change) && std::isfinite(p.weight) && p.weight != 0,
                    "a change is one of something");
      for (const auto* times : {&p.pre, &p.post}) {
        fuzz::require(std::is_sorted(times->begin(), times->end()), "spikes are in order of time");
        fuzz::require(std::all_of(times->begin(), times->end(), [](double t) { return std::isfinite(t) && t >= 0; }),
                      "spikes are at finite times from 0 on");
      }
    }
  } catch (const InputError& e) {
    fuzz::check_message(e.what());
  }
  return 0;
}
