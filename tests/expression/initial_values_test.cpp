// What states begin with: one number, a list of elements, or a file of them.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "expression/check/check.hpp"
#include "expression/print.hpp"
#include "expression/rule.hpp"
#include "grammar/diagnostic.hpp"
#include "network/given_connection.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

const std::string rest = "next x = 0.5 * x\nparam a = 1\ndw = a * x .* (post * pre')\n";

Rule rule_of(const std::string& state, const std::string& path = "test") {
  return check_rule({path, "rule test\n" + state + "\n" + rest});
}

// The change of the weights in the first step and in the second, pre and post 1 everywhere.
std::vector<double> changes(const Rule& rule, int post, int pre) {
  const plan::Plan plan = plan::lower(rule);
  const std::vector<double> start(static_cast<std::size_t>(post * pre), 0.0);
  GivenConnection c(plan, post, pre, ParameterLayout(plan.parameters, 1).initial, start.data());
  const std::vector<double> ones_post(static_cast<std::size_t>(post), 1.0);
  const std::vector<double> ones_pre(static_cast<std::size_t>(pre), 1.0);
  c.learn({{"pre", ones_pre}, {"post", ones_post}});
  std::vector<double> out = c.weights();
  c.learn({{"pre", ones_pre}, {"post", ones_post}});
  const std::vector<double> later = c.weights();
  for (std::size_t k = 0; k < start.size(); ++k) out.push_back(later[k] - out[k]);
  return out;
}

}  // namespace

TEST_CASE("a state begins with the elements of a list, row by row, and a printed rule has them again") {
  const Rule matrix = rule_of("state x: post x pre = [[1, 2, 3], [4, 5, -6.5]]");
  CHECK(changes(matrix, 2, 3) == std::vector<double>{1, 2, 3, 4, 5, -6.5, 0.5, 1, 1.5, 2, 2.5, -3.25});
  const Rule again = check_rule({"printed", print(matrix)});
  CHECK(print(again) == print(matrix));
  CHECK(changes(again, 2, 3) == changes(matrix, 2, 3));
  const Rule column =
      check_rule({"column", "rule c\nparam a = 1\nstate x: pre = [1, 2, 3]\nnext x = 0.5 * x\ndw = a * post * x'"});
  CHECK(changes(column, 2, 3) == std::vector<double>{1, 2, 3, 1, 2, 3, 0.5, 1, 1.5, 0.5, 1, 1.5});
  CHECK(print(check_rule({"printed", print(column)})) == print(column));
}

TEST_CASE("a state begins with what a file beside the rule has: rows of a matrix, a column in a line or in lines") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
  };
  write("x.csv", "# from an earlier day\n1, 2, 3\n4, 5, -6.5\n");
  write("line.csv", "1,2,3\n");
  write("lines.csv", "1\n2\n3\n");
  const std::string path = (folder.path() / "a.rule").string();
  const Rule matrix = rule_of("state x: post x pre = file \"x.csv\"", path);
  CHECK(print(matrix) == print(rule_of("state x: post x pre = [[1, 2, 3], [4, 5, -6.5]]")));
  for (const char* name : {"line.csv", "lines.csv"}) {
    const Rule column = check_rule({path, "param a = 1\nstate x: pre = file \"" + std::string(name) +
                                              "\" each trial\nnext x = x\ndw = a * post * x'"});
    CHECK(column.states[0].elements == std::vector<double>{1, 2, 3});
    CHECK(column.states[0].columns == 1);
    CHECK(column.states[0].each_trial);
  }
  write("bad.csv", "1, 2\n3, four\n");
  CHECK_THROWS_WITH_AS(rule_of("state x: post x pre = file \"bad.csv\"", path), doctest::Contains("line 2, number 2"),
                       InputError);
  CHECK_THROWS_WITH_AS(rule_of("state x: post x pre = file \"none.csv\"", path), doctest::Contains("none.csv"),
                       InputError);
}

TEST_CASE("elements that do not fit the shape of a state, or the size of a connection, are told") {
  CHECK_THROWS_AS(rule_of("state x: post x pre = [1, 2]"), RuleError);
  CHECK_THROWS_AS(rule_of("state x: post x pre = [[1, 2], [3]]"), RuleError);
  CHECK_THROWS_AS(rule_of("state x = [1, 2]"), RuleError);
  CHECK_THROWS_AS(rule_of("state x: post = [[1, 2], [3, 4]]"), RuleError);
  CHECK_THROWS_WITH_AS(changes(rule_of("state x: post x pre = [[1, 2], [3, 4]]"), 2, 3),
                       doctest::Contains("expected 2 x 3 initial values"), InputError);
}

TEST_CASE("a state whose elements are 0 at first is idle where it is made of nothing but itself; others are not") {
  const auto with = [](const std::string& values) {
    return check_rule({"test", "rule test\nparam a = 1\nparam b = 1\nstate x: post = " + values +
                                   "\nnext x = 0.5 * x\ndw = a * post * pre' + b * x * pre'"});
  };
  std::vector<bool> none(2, false);
  CHECK(without(with("[0, 0]"), none).states.empty());
  CHECK(without(with("[0, 1]"), none).states.size() == 1);
}
