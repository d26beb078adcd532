#include "plan/rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "expression/rule.hpp"

using namespace rule_search;
using plan::Code;

namespace {

const std::string memory = "param a = 0.1\nparam b = 0.1\nlet step = err_post * pre'\nstate seen: post x pre = 0\n";

struct Of {
  plan::Plan plan;
  plan::Rows rows;
  explicit Of(const std::string& text) : plan(plan::lower(check_rule({"test", text}))), rows(plan::row_by_row(plan)) {}

  static bool has(const std::vector<int>& list, const plan::Plan& plan, Code code) {
    return std::any_of(list.begin(), list.end(),
                       [&](int k) { return plan.code[static_cast<std::size_t>(k)].code == code; });
  }
};

}  // namespace

TEST_CASE("a rule with a memory by synapse changes weights and states row by row, and keeps no matrix") {
  const Of r(memory +
             "next seen = seen + step.^2\ndw = -a * (step ./ sqrt(0.01 * ones_post * ones_pre' + seen)) - b * w");
  CHECK(r.rows.changes);
  CHECK(r.rows.after.empty());
  REQUIRE_FALSE(r.rows.by_row.empty());
  for (int k : r.rows.by_row) CHECK_FALSE(r.rows.kept[static_cast<std::size_t>(k)]);
  CHECK(r.rows.next_by_row == std::vector<bool>{true});
}

TEST_CASE("what sums over a matrix comes after it, and the matrix is kept") {
  const Of r(memory + "next seen = seen + step.^2\ndw = -a * sum(seen .* step) * step - b * (seen .* step)");
  CHECK_FALSE(r.rows.changes);
  CHECK(Of::has(r.rows.after, r.plan, Code::sum) != Of::has(r.rows.after, r.plan, Code::dot));
  CHECK(r.rows.next_by_row == std::vector<bool>{false});
  for (const plan::Memory& s : r.plan.states) CHECK(r.rows.kept[static_cast<std::size_t>(s.next)]);
}

TEST_CASE("states that become what others were change at once") {
  const Of r(memory +
             "state before: post x pre = 0\nnext before = seen\nnext seen = seen + step.^2\ndw = -a * before .* step - "
             "b * step");
  CHECK_FALSE(r.rows.by_row.empty());
  CHECK_FALSE(r.rows.changes);
  const Of weights(memory + "next seen = w\ndw = -a * seen .* step - b * step");
  CHECK_FALSE(weights.rows.changes);
}

TEST_CASE("a rule of outer products has nothing to do by row") {
  const Of r("param a = 0.1\ndw = a * post * pre'");
  CHECK(r.rows.by_row.empty());
  CHECK_FALSE(r.rows.changes);
  CHECK(r.rows.before.size() == r.plan.code.size());
}

TEST_CASE("a state that becomes a trace reads it in every step, and so does what is made of it") {
  const std::string trace =
      "param a = 0.1\nstate trace: post x pre = 0 each trial\nnext trace = trace + a * net * pre'\ndw = reward * trace";
  const auto reads = [](const std::string& text) -> bool {
    const Of r(text);
    const plan::Rows of_states = plan::of_states(r.plan, r.rows);
    return plan::states_read_by(r.plan, of_states)[0];
  };
  CHECK_FALSE(reads(trace));
  CHECK(reads(trace + " .* old\nstate old: post x pre = 0 each trial\nnext old = trace"));
  CHECK(reads(trace + " .* old\nstate old: post x pre = 0 each trial\nnext old = 0.5 * trace + old"));
}

TEST_CASE("a sum is computed where the state lies that it becomes, once nothing else reads that state") {
  const auto rows = [](const std::string& text) {
    return plan::matrix_by_matrix(plan::lower(check_rule({"test", text})));
  };
  const std::string trace = "param a = 0.1\nstate trace: post x pre = 0\n";
  const std::string next = "let now = 0.9 * trace + post * pre'\nnext trace = now\n";
  // Read by nothing else.
  const plan::Rows alone = rows(trace + next + "dw = a * sqrt(abs(now))");
  CHECK(alone.in_place == std::vector<bool>{true});
  CHECK(alone.late.empty());
  // Read by the change of the weights, which comes first.
  const plan::Rows also = rows(trace + next + "dw = a * trace");
  CHECK(also.in_place == std::vector<bool>{true});
  CHECK(also.late.size() == 1);
  // No sum, or made of the weights.
  CHECK(rows(trace + "next trace = trace .* w\ndw = a * trace").in_place == std::vector<bool>{false});
  CHECK(rows(trace + "next trace = 0.9 * trace + w\ndw = a * trace").in_place == std::vector<bool>{false});
  // Two that become the same.
  const std::string other = trace + "state other: post x pre = 0\n" + next;
  CHECK(rows(other + "next other = now\ndw = a * trace + a * other").in_place == std::vector<bool>{false, false});
}
