#include "objectives/decoding/two_trace.hpp"

#include <fmt/format.h>

namespace rule_search {

std::string two_trace_text(const TwoTraceConstants& c) {
  return fmt::format(
      "rule two_trace\n"
      "param eta_fast = 4e-5 in [0, inf]\n"
      "param eta_slow = 3e-4 in [0, inf]\n"
      "param mix = 0.5 in [0, 1]\n"
      "param tau_fast = 120 ms\n"
      "param tau_slow = 700 ms\n"
      "let dt = {0} s\n"
      "signal clock\n"
      "state fast: post x pre = 0\n"
      "state slow: post x pre = 0\n"
      "state momentum: post x pre = 0\n"
      "state square_err = 1\n"
      "state square_pre = 1\n"
      "let square_err1 = {1} * square_err + {2:.15g} * dot(err_post, err_post) / sum(ones_post)\n"
      "let square_pre1 = {3} * square_pre + {4:.15g} * dot(pre, pre) / sum(ones_pre)\n"
      "let hebb = - (err_post .* gate) * pre' / sqrt((square_err1 + {7}) * (square_pre1 + {7}))\n"
      "let fast1 = exp(-dt / tau_fast) * fast + hebb\n"
      "let slow1 = exp(-dt / tau_slow) * slow + hebb\n"
      "let both = mix * fast1 + (1 - mix) * slow1\n"
      "let momentum1 = {5} * momentum + {6:.15g} * both\n"
      "next square_err = square_err1\n"
      "next square_pre = square_pre1\n"
      "next fast = fast1\n"
      "next slow = slow1\n"
      "next momentum = momentum1\n"
      "dw = eta_fast * both + eta_slow * clock * momentum1 / sqrt(mean(momentum1 .^ 2) + {7})\n",
      c.dt, c.keep_error, 1 - c.keep_error, c.keep_pre, 1 - c.keep_pre, c.momentum, 1 - c.momentum, c.epsilon);
}

}  // namespace rule_search
