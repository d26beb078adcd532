#include "fit/least_squares.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

using namespace rule_search;

namespace {

/// Rosenbrock's valley as residuals, which counts what is asked of it.
struct Valley {
  std::map<std::vector<double>, int> slopes;
  int all_slopes = 0;
  std::vector<double> last_asked;

  LeastSquares problem() {
    LeastSquares out;
    out.residuals = 2;
    out.start = {-1.2, 1.1};
    out.lower = {-INFINITY, -INFINITY};
    out.upper = {INFINITY, INFINITY};
    out.scale = {0.3, 0.7};  // there and back is not exact
    out.evaluate = [this](const std::vector<double>& t, std::vector<double>& r, std::vector<double>* j) {
      r = {10 * (t[1] - t[0] * t[0]), 1 - t[0]};
      last_asked = t;
      if (j != nullptr) {
        *j = {-20 * t[0], 10, -1, 0};
        ++slopes[t];
        ++all_slopes;
      }
      return true;
    };
    return out;
  }
};

}  // namespace

TEST_CASE("derivatives are asked for at every accepted point but the last") {
  Valley valley;
  LeastSquaresOptions options;
  options.function_tolerance = 0;
  options.good_enough = 1e-20;
  SUBCASE("ended by its iterations") { options.iterations = 4; }
  SUBCASE("ended by what is good enough") {
    options.iterations = 100;
    options.good_enough = 1e-3;
  }
  SUBCASE("ended by those who listen") {
    options.iterations = 100;
    options.progress = [](const LeastSquaresStep& step) { return step.iteration < 3; };
  }
  SUBCASE("ended by small steps") {
    options.iterations = 100;
    options.function_tolerance = 0.9;
  }
  const LeastSquaresResult result = minimise(valley.problem(), options);
  REQUIRE(result.usable);
  REQUIRE(result.history.size() >= 2);
  for (std::size_t k = 0; k + 1 < result.history.size(); ++k) CHECK(valley.slopes[result.history[k]] == 1);
  CHECK(result.theta == result.history.back());
  // The last iteration of a fit that ends by its iterations can be a step that was not accepted.
  const bool last_was_accepted = valley.last_asked == result.history.back();
  CHECK((last_was_accepted || options.iterations < 100));
  CHECK(valley.slopes.count(result.history.back()) == (last_was_accepted ? 0 : 1));
  CHECK(valley.all_slopes == static_cast<int>(result.history.size()) - (last_was_accepted ? 1 : 0));
}
