#include "plan/plan.hpp"

#include <doctest/doctest.h>

using namespace rule_search;

namespace {

plan::Plan plan_of(const std::string& dw) { return plan::lower(check_rule({"test", "dw = " + dw + "\n"})); }

}  // namespace

TEST_CASE("all ten terms of the pool cost three outer products and one product with w") {
  const plan::Plan p = plan::lower(read_rule(RULE_SEARCH_SOURCE_DIR "/rules/pool_2023.rule"));
  CHECK(p.outers.size() == 3);
  CHECK(p.weight_products() == 1);
  CHECK(p.scale != plan::none);
  CHECK_FALSE(p.has_dense_matrices());
}

TEST_CASE("no matrix is formed where columns do") {
  const plan::Plan oja = plan_of("post * post' * w");
  CHECK(oja.outers.size() == 1);
  CHECK(oja.weight_products() == 1);
  CHECK_FALSE(oja.has_dense_matrices());
  CHECK(plan_of("w * pre * pre'").weight_products() == 0);  // the forward pass has it
  CHECK_FALSE(plan_of("w * w' * post * pre'").has_dense_matrices());
  CHECK_FALSE(plan_of("(post .* w) .* pre' * 2 - post.^2 .* (post * pre')").outers.empty());
  CHECK(plan_of("post .* w").scale_rows != plan::none);
  CHECK(plan_of("w .* pre'").scale_cols != plan::none);
}

TEST_CASE("functions of the weights by element are matrices of their own") {
  CHECK(plan_of("tanh(w)").has_dense_matrices());
  CHECK(plan_of("w .* w").has_dense_matrices());
  CHECK(plan_of("w * w' * w").has_dense_matrices());
}

TEST_CASE("terms with a common side need one outer product, on whichever side there are fewer") {
  CHECK(plan_of("post * pre' + post * err_pre' + post * ones_pre'").outers.size() == 1);
  CHECK(plan_of("post * pre' + err_post * pre' + ones_post * pre'").outers.size() == 1);
  CHECK(plan_of("post * pre' + post * err_pre' + err_post * ones_pre' + ones_post * ones_pre'").outers.size() == 2);
}

TEST_CASE("a rule rests where what it is told is 0, if nothing else changes weights") {
  const auto rests = [](const std::string& text) {
    return plan::rests(plan::lower(check_rule({"r", text})), {"reward", "expected_reward"});
  };
  const std::string trace = "state trace: post x pre = 0 next trace = trace + post * pre' ";
  CHECK(rests(trace + "dw = (reward - expected_reward) * trace"));
  CHECK(rests(trace + "dw = reward .* trace + tanh(reward * post) * pre' - reward^2 * w"));
  CHECK(rests("dw = reward * post * pre' + reward * post .* w + reward * (w * pre) * pre'"));
  CHECK_FALSE(rests(trace + "dw = (reward - expected_reward) * trace - 0.1 * w"));
  CHECK_FALSE(rests("dw = exp(reward) * post * pre'"));
  CHECK_FALSE(rests("signal other dw = (reward - other) * post * pre'"));
}
