#include "plan/compiled.hpp"

#include <doctest/doctest.h>

#include "../files.hpp"

using namespace rule_search;

namespace {

Rule layered(const std::string& values) {
  return check_rule(
      {"test", "param eta[layer] = " + values + "\nparam decay = 0.5\ndw = eta * post * pre' - decay * w\n"});
}

}  // namespace

TEST_CASE("a compiled rule has the plan and the layout of the rule it was made of") {
  const plan::Compiled compiled = plan::compile(layered("1"), 3);
  CHECK(plan::describe(compiled.plan) == plan::describe(plan::lower(compiled.rule)));
  CHECK(compiled.layout.size() == 4);
  CHECK(compiled.layout.names.back() == "decay");
  CHECK_THROWS(plan::compile(layered("1, 2"), 3));
}

TEST_CASE("a connection finds its own entries among all coefficients") {
  const plan::Compiled compiled = plan::compile(layered("1"), 3);
  CHECK(compiled.layout.values_in(1, {10, 20, 30, 40}) == std::vector<double>{20, 40});
  CHECK(compiled.layout.directions_in(1, {3, 0, 1}) == std::vector<int>{2, 0});
  CHECK(compiled.layout.directions_in(2, {3, 0, 1}) == std::vector<int>{-1, 0});
}
