// Windows and frequency curves, against sums over pairs of spikes.
#include "objectives/spike_curves.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "expression/check/check.hpp"

using namespace rule_search;

TEST_CASE("a window and a frequency curve are sums over pairs of spikes") {
  const Rule rule =
      check_rule({"pair",
                  "rule pair\nparam a = 0.01\nparam b = 0.02\nstep 1 ms\nstate x: pre = 0\nstate y: post = 0\n"
                  "next x = decay(20 ms) * (x + pre)\nnext y = decay(30 ms) * (y + post)\ndw = a*post*x' - b*y*pre'"});
  const SpikeRule of{plan::lower(rule), {0.01, 0.02}, 0.5};
  const auto expected = [](const Pairings& p) {
    double change = 0;
    for (int k = 0; k < p.count; ++k) {
      for (int l = 0; l < p.count; ++l) {
        const double post_after_pre = (k - l) / p.frequency + p.delay;
        if (post_after_pre > 1e-12) change += 0.01 * std::exp(-post_after_pre / 20e-3);
        if (post_after_pre < -1e-12) change -= 0.02 * std::exp(post_after_pre / 30e-3);
      }
    }
    return 100 * change / 0.5;
  };
  const Picture window = window_picture(of, {0, 7, 5}, 0.05);
  REQUIRE(window.lines.size() == 1);
  REQUIRE(window.x.size() == 201);
  for (std::size_t k = 0; k < window.x.size(); ++k)
    CHECK(window.lines[0].mean[k] == doctest::Approx(expected({1e-3 * window.x[k], 7, 5})).epsilon(1e-9));
  const Picture curve = frequency_picture(of, {0, 1, 8}, {0.01, -0.01}, 40);
  REQUIRE(curve.lines.size() == 2);
  for (std::size_t k = 0; k < curve.x.size(); ++k) {
    CHECK(curve.lines[0].mean[k] == doctest::Approx(expected({0.01, curve.x[k], 8})).epsilon(1e-9));
    CHECK(curve.lines[1].mean[k] == doctest::Approx(expected({-0.01, curve.x[k], 8})).epsilon(1e-9));
  }
}

TEST_CASE("a change is measured some time after the last spike") {
  const Rule rule =
      check_rule({"late",
                  "rule late\nparam a = 0.01\nstep 1 ms\nstate x: pre = 0\nnext x = decay(20 ms) * x + pre\n"
                  "dw = a*ones_post*x'"});
  const SpikeRule of{plan::lower(rule), {0.01}, 1};
  for (const double after : {0.0, 0.01, 1.0}) {
    // The trace is 1 in the step after the spike, and counts until the change is measured.
    double sum = 0;
    for (int k = 0; k < static_cast<int>(std::lround(1000 * (0.005 + after))); ++k) sum += std::exp(-k / 20.0);
    CHECK(changes(of, {{0.005, 1, 1, after}})[0] == doctest::Approx(sum).epsilon(1e-6));
  }
}
