// Tangents against finite differences of the losses, which know nothing of how tangents are carried.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "drawn_graphs.hpp"
#include "objectives/few_shot/learner.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

struct Difference {
  double value = 0;
  double uncertainty = std::numeric_limits<double>::infinity();
};

// Ridders' method: central differences at shrinking steps, extrapolated to step 0. Chosen without a look at the tangent.
template <class F>
Difference ridders(const F& f, double step) {
  constexpr int most = 8;
  double a[most][most];
  Difference best;
  for (int i = 0; i < most; ++i, step /= 2) {
    a[0][i] = (f(step) - f(-step)) / (2 * step);
    double factor = 4;
    for (int j = 1; j <= i; ++j, factor *= 4) {
      a[j][i] = (a[j - 1][i] * factor - a[j - 1][i - 1]) / (factor - 1);
      const double off = std::max(std::abs(a[j][i] - a[j - 1][i]), std::abs(a[j][i] - a[j - 1][i - 1]));
      if (off < best.uncertainty) best = {a[j][i], off};
    }
  }
  return best;
}

const char* const rule_text =
    "rule all\nparam a[layer] = 0.03\nparam b = 0.01\nparam c = 0.01\nparam tau = 4 ms\n"
    "state seen: post x pre = 0\n"
    "next seen = (1 - 1 ms / tau) * seen + err_post * err_pre'\n"
    "dw = - a * err_post * pre' + b * post * (pre - w' * post)' - c * (w * pre) * err_pre' - b * seen\n";

}  // namespace

TEST_CASE("tangents are the derivatives that finite differences find, on every graph and by every pathway") {
  const Rule rule = check_rule({"all", rule_text});
  std::string what;
  int compared = 0;
  test::for_every_graph({6, 5, 4, 5, 3}, 6, 2, what, [&](const Episode& episode) {
    const ParameterLayout layout(rule.parameters, episode.network.connections());
    const std::size_t size = layout.initial.size();
    Learner<double> with_tangents(plan::lower(rule), episode.network, episode.feedback, layout.all());
    Learner<double> values(plan::lower(rule), episode.network, episode.feedback, {});
    const Outcome out = with_tangents.run(episode, layout.initial);
    for (std::size_t k = 0; k < size; ++k) {
      const auto loss = [&](double by) {
        std::vector<double> theta = layout.initial;
        theta[k] += by;
        return values.run(episode, theta).loss;
      };
      double tangent = 0;
      for (std::size_t q = 0; q < out.query_losses.size(); ++q)
        tangent += out.jacobian[q * size + k] / static_cast<double>(out.query_losses.size());
      const Difference d = ridders(loss, 0.05 * layout.initial[k]);
      CAPTURE(what);
      CAPTURE(layout.names[k]);
      // No difference knows the last digits of a derivative so small that it is below what rounding makes of the loss.
      CHECK(std::abs(tangent - d.value) <= 1e-8 * std::max(std::abs(tangent), std::abs(d.value)) + 2e-11);
      ++compared;
    }
  });
  CHECK(compared > 500);
}
