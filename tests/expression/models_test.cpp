// The rules of public model files: read, printed and read again, and carried out.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "expression/check/check.hpp"
#include "expression/print.hpp"
#include "expression/rule.hpp"
#include "network/given_connection.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

std::map<std::string, Rule> models() {
  std::map<std::string, Rule> out;
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/rules/models"))
    out[entry.path().stem().string()] = read_rule(entry.path().string());
  return out;
}

// Weights after so many steps, with random spikes and signals from 0 to 1.
std::vector<double> carried_out(const Rule& rule, int steps) {
  constexpr int n = 3;
  constexpr int m = 4;
  const plan::Plan plan = plan::lower(rule);
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform;
  std::vector<double> w(n * m);
  for (double& x : w) x = uniform(random);
  GivenConnection c(plan, n, m, ParameterLayout(plan.parameters, 1).initial, w.data());
  const auto drawn = [&](std::size_t size, bool spikes) {
    std::vector<double> out(size);
    for (double& x : out) x = spikes ? (uniform(random) < 0.1 ? 1.0 : 0.0) : uniform(random);
    return out;
  };
  for (int t = 0; t < steps; ++t) {
    std::map<std::string, std::vector<double>> given = {
        {"pre", drawn(m, true)}, {"post", drawn(n, true)}, {"err_post", drawn(n, false)}};
    for (const Signal& s : rule.signals)
      given[s.name] = drawn(s.shape.is_number() ? 1 : s.shape.rows == Side::pre ? m : n, false);
    c.learn(given);
  }
  return c.weights();
}

}  // namespace

TEST_CASE("rules of public model files are read, printed and read again, and change weights") {
  const std::map<std::string, Rule> all = models();
  CHECK(all.size() == 25);
  for (const auto& [name, rule] : all) {
    CAPTURE(name);
    CHECK(rule.name == name);
    CHECK_FALSE(rule.citation.empty());
    const std::string text = print(rule);
    const Rule again = check_rule({"again", text});
    CHECK(print(again) == text);
    // Weights that grow with their square, and do not drive the neuron here, do so for a while.
    const int steps = name == "hebb_scaling" ? 30 : 200;
    const std::vector<double> weights = carried_out(rule, steps);
    for (const double w : weights) CHECK(std::isfinite(w));
    CHECK(carried_out(again, steps) == weights);
    CHECK(weights != carried_out(rule, 0));
    if (!rule.bound) continue;
    for (const double w : weights) {
      CHECK(w >= rule.bound->lower);
      CHECK(w <= rule.bound->upper);
    }
  }
}

TEST_CASE("forms that were needed before comparisons, bounds and delays give the same weights") {
  const auto same = [](const std::string& name, const std::string& older) {
    CAPTURE(name);
    const std::vector<double> now = carried_out(models().at(name), 300);
    const std::vector<double> before = carried_out(check_rule({"older", older}), 300);
    for (std::size_t k = 0; k < now.size(); ++k) CHECK(now[k] == doctest::Approx(before[k]).epsilon(1e-12));
  };
  same("stdp_hard_bounds",
       "param a = 0.02\nparam b = 0.015\nlet dt = 1 ms\nlet one = ones_post * ones_pre'\n"
       "let grown = w + a * post * x' - b * y * pre'\nstate x: pre = 0\nstate y: post = 0\n"
       "next x = exp(-dt/20 ms) * (x + pre)\nnext y = exp(-dt/30 ms) * (y + post)\n"
       "dw = relu(grown) - relu(grown - one) - w");
  same("stdp_nearest",
       "param a = 0.02\nparam b = 0.015\nlet dt = 1 ms\nstate x: pre = 0\nstate y: post = 0\n"
       "next x = exp(-dt/20 ms) * (x - x .* pre + pre)\nnext y = exp(-dt/20 ms) * (y - y .* post + post)\n"
       "dw = a * post * x' - b * y * pre'");
  same("window",
       "param up = 0.01\nparam down = 0.001\nstate d1: pre = 0\nstate d2: pre = 0\nstate d3: pre = 0\nstate d4: pre = "
       "0\n"
       "state d5: pre = 0\nnext d1 = pre\nnext d2 = d1\nnext d3 = d2\nnext d4 = d3\nnext d5 = d4\n"
       "dw = up * post * sign(d1 + d2 + d3 + d4 + d5)' - down * ones_post * pre'");
  same("homeostasis",
       "param up = 0.05\nparam down = 0.05\nlet grown = w + up * ones_post * pre' - down * post * ones_pre'\n"
       "dw = relu(grown) - relu(grown - 2 * ones_post * ones_pre') - w");
}
