#include "fit/adam.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace rule_search;

TEST_CASE("Adam's steps are those of the published algorithm, by hand") {
  Adam adam(2, {});
  std::vector<double> theta = {1, -1};
  adam.step(theta, {2, -0.5});
  // The first step is the learning rate whatever the size of the gradient.
  CHECK(theta[0] == doctest::Approx(1 - 1e-3));
  CHECK(theta[1] == doctest::Approx(-1 + 1e-3));
  adam.step(theta, {-1, -0.5});
  // m = 0.9 * 0.1 * 2 - 0.1 = 0.08, v = 0.999 * 0.001 * 4 + 0.001 = 0.004996.
  const double moved = 1e-3 * (0.08 / (1 - 0.81)) / (std::sqrt(0.004996 / (1 - 0.998001)) + 1e-8);
  CHECK(theta[0] == doctest::Approx(1 - 1e-3 - moved));
  CHECK(theta[1] == doctest::Approx(-1 + 2e-3));
}

TEST_CASE("a gradient beyond the usual size is scaled down as a whole, and only where that was asked for") {
  AdamOptions clipped;
  clipped.clip = 3;
  for (const AdamOptions& options : {AdamOptions{}, clipped}) {
    Adam adam(2, options);
    std::vector<double> theta = {0, 0};
    CHECK(adam.clipping({1e9, 1}) == 1);  // nothing is known of the usual size yet
    adam.step(theta, {2, 1});
    CHECK(adam.clipping({6, 3}) == doctest::Approx(1));
    CHECK(adam.clipping({60, 1}) == doctest::Approx(options.clip > 0 ? 0.1 : 1));
  }
}

TEST_CASE("the slope of the L1 penalty pulls towards 0 and leaves what is at 0 there") {
  std::vector<double> gradient = {1, 1, 1};
  add_l1(gradient, {0.2, -3, 0}, 0.5);
  CHECK(gradient == std::vector<double>{1.5, 0.5, 1});
}
