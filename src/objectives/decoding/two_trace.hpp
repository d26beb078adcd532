// The rule of Nallani, Ramachandran & Shah (arXiv:2509.14447, 2025) as a text.
#pragma once

#include <string>

namespace rule_search {

/// Its constants, as rules/spiking/two_trace.rule has them.
struct TwoTraceConstants {
  double dt = 0.02;                           ///< seconds
  double keep_error = 0.99, keep_pre = 0.99;  ///< of the mean squares, a step
  double momentum = 0.9;
  double epsilon = 1e-8;
};

std::string two_trace_text(const TwoTraceConstants& constants);

}  // namespace rule_search
