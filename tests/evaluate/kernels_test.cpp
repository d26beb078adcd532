#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "evaluate/kernels/table.hpp"
#include "expression/operators.hpp"

using namespace rule_search;

TEST_CASE("functions of the kernels agree with the library's") {
  using kernels::Function;
  struct Known {
    Function f;
    const char* name;
    double low, high;
  };
  alignas(64) float x[kernels::padding], y[kernels::padding], slope[kernels::padding];
  for (const Known& k : {Known{Function::exp, "exp", -80, 85}, Known{Function::tanh, "tanh", -12, 12},
                         Known{Function::sigmoid, "sigmoid", -79, 79}, Known{Function::relu, "relu", -3, 3},
                         Known{Function::abs, "abs", -3, 3}, Known{Function::sign, "sign", -3, 3},
                         Known{Function::sqrt, "sqrt", 1e-6, 40}}) {
    CAPTURE(k.name);
    const Operator& expected = *find_function(k.name);
    double worst = 0;
    for (int step = 0; step < 4000; ++step) {
      for (int lane = 0; lane < kernels::padding; ++lane)
        x[lane] = static_cast<float>(k.low + (k.high - k.low) * (step * kernels::padding + lane) / 64000.0);
      kernels::table<float>().function(k.f, kernels::padding, x, y, slope);
      for (int lane = 0; lane < kernels::padding; ++lane) {
        const auto at = static_cast<double>(x[lane]);
        const double value = expected.value(at);
        const double by = expected.derivative(at);
        worst = std::max(worst, std::abs(y[lane] - value) / std::max(std::abs(value), 1e-30));
        // Of a function that levels out the slope is as good as the value allows.
        worst = std::max(
            worst, std::abs(slope[lane] - by) / std::max(std::abs(by), std::abs(value)) * (by == value ? 1 : 0.5));
      }
    }
    CHECK(worst < 2e-6);
  }
  // Where exp leaves the range of a float it is infinite, and what is not a number stays so.
  for (float& v : x) v = 200;
  x[1] = std::nanf("");
  kernels::table<float>().function(Function::exp, kernels::padding, x, y, slope);
  CHECK(std::isinf(y[0]));
  CHECK(std::isnan(y[1]));
}

TEST_CASE("the kernels are those that were asked for") {
  const char* const wanted = std::getenv("RULE_SEARCH_KERNELS");
  const std::string path = kernels::processor_path();
  CHECK((path == "avx512" || path == "avx2" || path == "portable"));
  if (wanted != nullptr) CHECK((path == wanted || path == "portable"));
}
