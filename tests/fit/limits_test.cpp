#include "fit/limits.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "expression/rule.hpp"

using namespace rule_search;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Nothing but a length.
struct Lasting : Objective {
  int steps;
  explicit Lasting(int longest) : steps(longest) {}
  std::string identity() const override { return "lasting"; }
  int connections() const override { return 1; }
  std::size_t units(Part) const override { return 1; }
  std::size_t answers(Part, std::size_t) const override { return 1; }
  int longest_unit() const override { return steps; }
  std::unique_ptr<Evaluator> compile(EvaluatorRequest) const override { return nullptr; }
  Score summarise(const std::vector<Outcome>&) const override { return {}; }
};

double upper(const std::string& tau, const std::string& next, int steps) {
  const Rule rule = check_rule({"rule", "param a = 0\nparam tau = " + tau +
                                            "\nlet dt = 1 ms\nstate trace: pre = 0\nnext trace = " + next +
                                            "\ndw = a * post * trace'"});
  return fit_layout(rule, Lasting(steps)).upper[1];
}

}  // namespace

TEST_CASE("a time constant without an upper bound is kept below a hundred times the longest unit") {
  // 200 steps of 1 ms.
  CHECK(upper("20 ms", "trace + dt/tau * (pre - trace)", 200) == doctest::Approx(20));
  CHECK(upper("20 ms", "(1 - dt/tau) * trace + pre", 200) == doctest::Approx(20));
  CHECK(upper("20 ms", "exp(-dt/tau) * trace + pre", 200) == doctest::Approx(20));
  CHECK(upper("20 ms in [1 ms, inf]", "exp(-2*dt/tau) * trace + pre", 200) == doctest::Approx(40));
  // Where the length of a step can't be seen, 1 s.
  CHECK(upper("20 ms", "trace + dt * (pre - trace) / tau", 200) == doctest::Approx(20000));
  // What a file says holds.
  CHECK(upper("20 ms in [1 ms, 1 s]", "trace + dt/tau * (pre - trace)", 200) == 1);
  CHECK(upper("30 s", "trace + dt/tau * (pre - trace)", 200) == 30);
  CHECK(upper("20 ms", "trace + dt/tau * (pre - trace)", 0) == infinite);
}

TEST_CASE("coefficients have no limit but their bounds") {
  const Rule rule =
      check_rule({"rule", "param a = 0\nparam b = 0.5 in [0.1, 2]\ndw = a * relu(post - b * ones_post) * pre'"});
  const ParameterLayout layout = fit_layout(rule, Lasting(200));
  CHECK(layout.upper[0] == infinite);
  CHECK(layout.lower[0] == -infinite);
  CHECK(layout.lower[1] == 0.1);
  CHECK(layout.upper[1] == 2);
}

TEST_CASE("an interval is told only where it says anything") {
  const Rule rule = check_rule({"rule",
                                "param a = 0\nparam p = 0.5 in [0.1, 0.9]\nparam tau = 20 ms\nstate trace: pre = 0\n"
                                "next trace = trace + 1 ms / tau * (pre - trace)\n"
                                "dw = a * relu(post - p * ones_post) * trace'"});
  const ParameterLayout layout = fit_layout(rule, Lasting(200));
  const auto threshold = [&](double value, double half, bool slope) {
    return shape_interval(rule.parameters[1], layout, 1, value, half, slope);
  };
  const auto tau = [&](double value, double half) {
    return shape_interval(rule.parameters[2], layout, 2, value, half, true);
  };
  const ShapeInterval known = threshold(0.5, 0.2, true);
  CHECK(known.determined);
  CHECK(known.low == doctest::Approx(0.3));
  CHECK(known.high == doctest::Approx(0.7));
  CHECK(threshold(0.5, 0.42, true).determined == false);  // all that its bounds allow
  CHECK(threshold(0.2, 0.3, true).low == 0.1);
  CHECK(threshold(0.2, 0.3, true).determined);
  const ShapeInterval flat = threshold(0.5, 0, false);
  CHECK_FALSE(flat.determined);
  CHECK_FALSE(flat.has_slope);
  CHECK(std::isnan(flat.low));
  CHECK(std::isnan(flat.high));
  CHECK_FALSE(threshold(0.5, std::nan(""), true).determined);

  // Of the logarithm: 20 ms times and divided by e.
  const ShapeInterval logarithmic = tau(0.02, 0.02);
  CHECK(logarithmic.low == doctest::Approx(0.02 / std::exp(1.0)));
  CHECK(logarithmic.high == doctest::Approx(0.02 * std::exp(1.0)));
  CHECK(tau(0.02, 0.02 * 0.49 * std::log(1000)).determined);
  CHECK_FALSE(tau(0.02, 0.02 * 0.51 * std::log(1000)).determined);
  const ShapeInterval away = tau(20, 0.001);
  CHECK(away.at_limit);
  CHECK_FALSE(away.determined);
  CHECK(std::isnan(away.high));
  CHECK_FALSE(tau(19, 0.001).at_limit);
}

TEST_CASE("a parameter has no slope only where no unit's loss changes with it") {
  QuadraticModel model;
  model.usable = true;
  model.size = 3;
  // Of two units: the loss of none changes with entry 0; one of them bends by entry 1; they slope in opposite ways along
  // entry 2, and bend down.
  model.unit_gradient = {0, 0, 1, 0, 0, -1};
  model.unit_curvature = {0, 0, 0, 0, 1e-20, 0, 0, 0, -1,  //
                          0, 0, 0, 0, 0,     0, 0, 0, -1};
  CHECK_FALSE(has_slope(model, 0));
  CHECK(has_slope(model, 1));
  CHECK(has_slope(model, 2));
  model.usable = false;
  CHECK(has_slope(model, 0));
}
