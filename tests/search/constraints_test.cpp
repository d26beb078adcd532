#include "search/constraints.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace rule_search;

namespace {

Rule pool() {
  return check_rule({"pool",
                     "param near = 0 param cell = 0 param far = 0 in [-1, 1]\n"
                     "dw = near * post * pre' + cell * post * post' * w + far * sum(post) * post * pre'"});
}

std::vector<std::string> names(const Rule& rule) {
  std::vector<std::string> out;
  for (const Parameter& p : rule.parameters) out.push_back(p.name);
  return out;
}

std::string complaint(const Constraints& constraints) {
  try {
    constrained(pool(), constraints);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("constraints leave the terms that meet them") {
  Constraints c;
  CHECK(names(constrained(pool(), c)) == std::vector<std::string>{"near", "cell", "far"});
  c.locality = Locality::cell;
  CHECK(names(constrained(pool(), c)) == std::vector<std::string>{"near", "cell"});
  c.must_not = {"near"};
  CHECK(names(constrained(pool(), c)) == std::vector<std::string>{"cell"});
  Constraints layers;
  layers.per_layer = true;
  layers.ranges = {{"far", 0, 5}};
  const Rule rule = constrained(pool(), layers);
  CHECK(rule.parameters[1].per_layer);
  CHECK(rule.parameters[2].lower == 0);
  CHECK(rule.parameters[2].upper == 1);  // the rule file's bound is kept
}

TEST_CASE("a constraint that can't be met says which") {
  Constraints c;
  c.must = {"cel"};
  CHECK(complaint(c).find("‹must› cel") != std::string::npos);
  CHECK(complaint(c).find("did you mean cell?") != std::string::npos);
  c.must = {"far"};
  c.locality = Locality::local;
  CHECK(complaint(c).find("‹must› far contradicts ‹locality› local") != std::string::npos);
  c = {};
  c.must = {"near"};
  c.must_not = {"near"};
  CHECK(complaint(c).find("contradict each other") != std::string::npos);
  c = {};
  c.must_not = {"near", "cell", "far"};
  CHECK(complaint(c).find("all 3 candidates") != std::string::npos);
  c = {};
  c.must_not = {"near"};
  c.locality = Locality::local;
  CHECK(complaint(c).find("‹locality› local") != std::string::npos);
  c = {};
  c.must = {"near", "far"};
  c.max_terms = 1;
  CHECK(complaint(c).find("‹max-terms› 1") != std::string::npos);
  c = {};
  c.ranges = {{"far", 2, 3}};
  CHECK(complaint(c).find("‹range› far=2:3") != std::string::npos);
}
