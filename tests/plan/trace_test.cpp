#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "expression/rule.hpp"
#include "network/recurrent.hpp"
#include "plan/plan.hpp"

using namespace rule_search;

namespace {

std::string terms(int highest) {
  std::string out;
  for (int post = 0; post <= highest; ++post) {
    for (int pre = 0; pre <= highest; ++pre)
      out += " + c" + std::to_string(post) + std::to_string(pre) + " * (xbar - net).^" + std::to_string(post) +
             " * (pre.^" + std::to_string(pre) + ")'";
  }
  return out;
}

Rule rule_of(const std::string& next, const std::string& begins, int highest = 0) {
  std::string text = "rule traced\n";
  for (int post = 0; post <= highest; ++post) {
    for (int pre = 0; pre <= highest; ++pre)
      text += "param c" + std::to_string(post) + std::to_string(pre) + " = 0.01\n";
  }
  return check_rule({"rule", text + "state xbar: post = 0" + begins + "\nstate trace: post x pre = 0" + begins +
                                 "\nnext xbar = 0.05 * xbar + 0.95 * net\nnext trace = " + next +
                                 "\ndw = (reward - expected_reward) * trace\n"});
}

std::size_t outers(const Rule& rule) { return plan::lower(rule).states[1].outers.size(); }

}  // namespace

TEST_CASE("what is added to a trace of trials is as few outer products as possible") {
  CHECK(outers(rule_of("trace" + terms(5), " each trial", 5)) == 6);
  CHECK(outers(rule_of("trace + c00 * (xbar - net) * pre'", " each trial")) == 1);
  CHECK(outers(rule_of("c00 * (xbar - net) * pre' + trace + net * (pre.^2)' + post * pre'", " each trial")) == 2);
}

TEST_CASE("a trace that lasts, decays or has other matrices in it is computed element by element") {
  CHECK(outers(rule_of("trace + c00 * (xbar - net) * pre'", "")) == 0);
  CHECK(outers(rule_of("0.9 * trace + c00 * (xbar - net) * pre'", " each trial")) == 0);
  CHECK(outers(rule_of("trace + c00 * (xbar - net) * pre' + 0.1 * w", " each trial")) == 0);
  CHECK(outers(rule_of("c00 * (xbar - net) * pre'", " each trial")) == 0);
}

TEST_CASE("a trace as outer products is the trace element by element, with derivatives") {
  constexpr int n = 7;
  Random random(5);
  std::vector<double> weights;
  std::vector<double> input_weights;
  std::vector<double> readout;
  std::vector<double> start;
  for (int k = 0; k < n * n; ++k) weights.push_back(0.4 * normal(random));
  for (int k = 0; k < n; ++k) {
    input_weights.push_back(random.uniform(-1, 1));
    readout.push_back(random.uniform(-1, 1));
    start.push_back(random.uniform(-0.5, 0.5));
  }
  std::vector<double> pushes;
  for (int k = 0; k < n; ++k) pushes.push_back(random.uniform(-1, 1));
  // In a single trial states of trials and others are the same.
  std::vector<std::vector<double>> found;
  for (const char* begins : {" each trial", ""}) {
    const Rule rule = rule_of("trace" + terms(3), begins, 3);
    std::vector<int> directions;
    for (int k = 0; k < 16; ++k) directions.push_back(k);
    const std::vector<double> theta(16, -0.3);
    RecurrentNetwork<double> network(plan::lower(rule), {n, 1, 0.2}, directions);
    network.start(theta, weights.data(), input_weights.data(), readout.data());
    network.begin_trial(start.data());
    const double input = 0.7;
    for (int t = 0; t < 5; ++t) {
      network.respond(&input, pushes.data());
      if (t < 4) network.step();
    }
    network.reward({-0.4, {}}, {-0.7, {}});
    std::vector<double>& values = found.emplace_back();
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) {
        values.push_back(network.weight(i, j));
        for (int d = 0; d < 16; ++d) values.push_back(network.weight_derivative(i, j, d));
      }
    }
  }
  REQUIRE(found[0].size() == found[1].size());
  double largest = 0;
  double off = 0;
  for (std::size_t k = 0; k < found[0].size(); ++k) {
    largest = std::max(largest, std::abs(found[1][k]));
    off = std::max(off, std::abs(found[0][k] - found[1][k]));
  }
  CHECK(largest > 0.1);
  CHECK(off < 1e-12 * largest);
}
