#include "network/orthonormality.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/random.hpp"
#include "objectives/few_shot/learner.hpp"
#include "plan/plan.hpp"

using namespace rule_search;

TEST_CASE("orthonormal rows and linear cells leave no orthonormality error; a known matrix leaves a known one") {
  CHECK(orthonormality_error({0.6, 0.8, 0, 0, 0, 1}, {2, -3}, {2, -3}) == doctest::Approx(0));
  // W W' = [[2, 1], [1, 1]], W W' y = (5, 3), z = (1, 1).
  CHECK(orthonormality_error({1, 1, 0, 1}, {2, 1}, {1, 1}) == doctest::Approx(16 + 4));
}

TEST_CASE("an episode's orthonormality errors are those of a plain walk through its final weights") {
  Random random(7, 1);
  Episode e;
  e.network = {{5, 4, 3}, 10};
  const auto fill = [&](std::size_t n, double low, double high) {
    std::vector<double> out(n);
    for (double& x : out) x = random.uniform(low, high);
    return out;
  };
  e.weights = {fill(20, -0.8, 0.8), fill(12, -0.8, 0.8)};
  e.feedback_weights = {fill(20, -0.8, 0.8), fill(12, -0.8, 0.8)};
  e.train = {6, fill(30, 0, 1), {0, 1, 2, 0, 1, 2}};
  e.query = {2, fill(10, 0, 1), {1, 2}};
  const Rule rule = check_rule({"test",
                                "rule test\nparam eta = 0.05\nparam oja = 0.02\n"
                                "dw = -eta * err_post * pre' + oja * (post * pre' - post * post' * w)\n"});
  Learner<double> learner(plan::lower(rule), e.network, Feedback::fixed, {});
  Wanted wanted;
  wanted.weights = wanted.orthonormality = true;
  const Outcome o = learner.run(e, {0.05, 0.02}, wanted);
  REQUIRE(o.orthonormality.size() == 2);
  std::vector<double> expected(2, 0.0);
  for (std::size_t q = 0; q < 2; ++q) {
    std::vector<double> x(e.query.x.begin() + static_cast<std::ptrdiff_t>(5 * q),
                          e.query.x.begin() + static_cast<std::ptrdiff_t>(5 * q + 5));
    for (std::size_t l = 0; l < 2; ++l) {
      const auto rows = static_cast<std::size_t>(e.network.layers[l + 1]);
      const std::vector<double>& w = o.weights[l];
      std::vector<double> z(rows, 0.0);
      std::vector<double> y(rows);
      double sum = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < x.size(); ++j) z[i] += w[i * x.size() + j] * x[j];
        sum += std::exp(z[i]);
      }
      for (std::size_t i = 0; i < rows; ++i)
        y[i] = l == 1 ? std::exp(z[i]) / sum : std::log1p(std::exp(10 * z[i])) / 10;
      for (std::size_t i = 0; i < rows; ++i) {
        double rest = z[i];
        for (std::size_t k = 0; k < rows; ++k) {
          double gram = 0;  // of the rows, which the diagnostic never forms
          for (std::size_t j = 0; j < x.size(); ++j) gram += w[i * x.size() + j] * w[k * x.size() + j];
          rest -= gram * y[k];
        }
        expected[l] += rest * rest / 2;
      }
      x = y;
    }
  }
  for (std::size_t l = 0; l < 2; ++l) CHECK(o.orthonormality[l] == doctest::Approx(expected[l]).epsilon(1e-9));
}
