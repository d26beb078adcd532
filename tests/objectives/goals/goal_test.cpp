#include "objectives/goals/goal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "objectives/goals/conditions.hpp"
#include "objectives/goals/world.hpp"

using namespace rule_search;

TEST_CASE("a goal is found by its name, and no other name is one") {
  for (const GoalRow& row : goal_rows()) {
    CHECK(goal_named(row.name) == &row);
    CHECK(std::string(name(&row)) == row.name);
  }
  CHECK(goal_named("none") == std::nullopt);
  CHECK(goal_names().size() == goal_rows().size());
  CHECK(GoalOptions().goal == goal_named("first_component"));
}

TEST_CASE("every goal has as many conditions as its row says, for all sizes that a user can ask for") {
  for (const GoalRow& row : goal_rows()) {
    for (int n = 1; n <= (row.single_neuron ? 1 : 4); ++n) {
      for (int m = std::max(n, 2); m <= 5; ++m) {
        CAPTURE(std::string(row.name));
        CAPTURE(n);
        CAPTURE(m);
        GoalOptions options{&row, n, m, 10};
        const World world = draw_world(options.completed(), 1, Part::search, 0);
        CHECK(deviations(&row, world, world.weights).size() ==
              number_of_conditions(&row, static_cast<std::size_t>(n), static_cast<std::size_t>(m)));
      }
    }
  }
}

TEST_CASE("derivatives of conditions by weights agree with finite differences, for every goal") {
  for (const GoalRow& row : goal_rows()) {
    CAPTURE(std::string(row.name));
    const World world = draw_world(GoalOptions{&row}.completed(), 2, Part::test, 3);
    std::vector<double> exact;
    const std::size_t conditions = deviations(&row, world, world.weights, &exact).size();
    REQUIRE(exact.size() == conditions * world.weights.size());
    constexpr double step = 1e-6;
    for (std::size_t w = 0; w < world.weights.size(); ++w) {
      std::vector<double> above = world.weights;
      std::vector<double> below = world.weights;
      above[w] += step;
      below[w] -= step;
      const std::vector<double> a = deviations(&row, world, above);
      const std::vector<double> b = deviations(&row, world, below);
      for (std::size_t k = 0; k < conditions; ++k)
        CHECK(std::abs(exact[k * world.weights.size() + w] - (a[k] - b[k]) / (2 * step)) < 1e-7);
    }
  }
}
