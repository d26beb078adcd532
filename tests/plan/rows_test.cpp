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
