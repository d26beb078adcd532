// What simulators check only with `--all` (tests/export/run.sh), as far as text can tell.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "export/export.hpp"

using namespace rule_search;

namespace {

std::string nestml(const std::string& text) { return to_nestml(check_rule({"test", text})); }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("where nothing but decay happens between spikes, it is computed at once in NESTML") {
  const std::string traces = nestml(
      "rule r\nparam a = 1\nparam tau = 20 ms\nparam f = 0.01\nlet dt = 1 ms\nstate x: pre = 0\n"
      "next x = x + dt / tau * (pre - x)\ndw = a * post * x' - f * w");
  CHECK(has(traces, "x = x * pow(1.0 - 0.001 / tau, steps_left)"));
  CHECK(has(traces, "w = w * pow(1.0 - f, steps_left)"));
  CHECK_FALSE(has(traces, "while"));
  // Each of these changes weights or states in another way while no spike comes.
  for (const char* rest :
       {"next x = x + 0.1 * ones_pre\ndw = a * post * x'", "next x = 0.9 * x + pre\ndw = a * ones_post * x'",
        "next x = tanh(x) + pre\ndw = a * post * x'", "next x = 0.9 * x + pre\ndw = a * post * x' - 0.1 * w.^2"})
    CHECK(has(nestml(std::string("rule r\nparam a = 1\nstate x: pre = 0\n") + rest), "while steps_left > 0.5:"));
}

TEST_CASE("numbers in NESTML keep all their digits") {
  const std::string text =
      nestml("rule r\nparam a = 0.1234567890123\nparam b = 1e-10\nparam c = -3\ndw = a * b * c * post * pre'");
  CHECK(has(text, "a real = 0.123456789 + 1.23"));
  CHECK(has(text, "b real = 1e-11 * 10.0"));
  CHECK(has(text, "c real = -3.0"));
}

TEST_CASE("what no spike tells is refused in NESTML, by name") {
  const auto refused = [](const std::string& rule) -> std::string {
    try {
      nestml("rule r\nparam a = 1\n" + rule);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(has(refused("dw = a * err_post * pre'"), "err_post can't be written for NESTML: no spike tells it"));
  CHECK(has(refused("signal reward\ndw = a * reward * post * pre'"),
            "reward can't be written for NESTML: it is a signal"));
  CHECK(has(refused("dw = a * post * mean(pre) * pre'"),
            "mean(pre) can't be written for NESTML: it is a sum over a population"));
  CHECK(has(refused("dw = a * (post' * post) * w"), "it is a sum over a population"));
}
