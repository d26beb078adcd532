#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "evaluate/kernels/table.hpp"
#include "expression/operators.hpp"

using namespace rule_search;

TEST_CASE("functions of the kernels agree with the library's") {
  struct Known {
    const char* name;
    double low, high;
  };
  alignas(64) float x[kernels::padding], y[kernels::padding], derivative[kernels::padding];
  for (const Known& k : {Known{"exp", -80, 85}, Known{"tanh", -12, 12}, Known{"sigmoid", -79, 79}, Known{"relu", -3, 3},
                         Known{"abs", -3, 3}, Known{"sign", -3, 3}, Known{"sqrt", 1e-6, 40}}) {
    CAPTURE(k.name);
    const Operator& expected = *find_function(k.name);
    const auto function = kernels::function_named<float>(k.name);
    REQUIRE(bool(function != nullptr));
    double worst = 0;
    for (int step = 0; step < 4000; ++step) {
      for (int lane = 0; lane < kernels::padding; ++lane)
        x[lane] = static_cast<float>(k.low + (k.high - k.low) * (step * kernels::padding + lane) / 64000.0);
      function(kernels::padding, x, y, derivative);
      for (int lane = 0; lane < kernels::padding; ++lane) {
        const auto at = static_cast<double>(x[lane]);
        const double value = expected.value(at);
        const double by = expected.derivative(at);
        worst = std::max(worst, std::abs(y[lane] - value) / std::max(std::abs(value), 1e-30));
        // Of a function that levels out the derivative is as good as the value allows.
        worst = std::max(
            worst, std::abs(derivative[lane] - by) / std::max(std::abs(by), std::abs(value)) * (by == value ? 1 : 0.5));
      }
    }
    CHECK(worst < 2e-6);
  }
  // Where exp leaves the range of a float it is infinite, and what is not a number stays so.
  for (float& v : x) v = 200;
  x[1] = std::nanf("");
  kernels::function_named<float>("exp")(kernels::padding, x, y, derivative);
  CHECK(std::isinf(y[0]));
  CHECK(std::isnan(y[1]));
}

TEST_CASE("a function that the kernels do not know is left to the library") {
  CHECK(bool(kernels::function_named<float>("log") == nullptr));
  CHECK(bool(kernels::function_named<double>("tanh") != nullptr));
}

TEST_CASE("the kernels are those that were asked for") {
  const char* const wanted = std::getenv("RULE_SEARCH_KERNELS");
  const std::string path = kernels::processor_path();
  CHECK((path == "avx512" || path == "avx2" || path == "portable"));
  if (wanted != nullptr) CHECK((path == wanted || path == "portable"));
}
