#include <doctest/doctest.h>

#include <cmath>

#include "base/random.hpp"
#include "objectives/few_shot/learner.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

// An episode of the size that searches run: 250 steps through 784-170-130-100-70-47, five classes that are noisy
// copies of five pictures.
Episode full_size(std::uint64_t seed) {
  Random random(seed, 1, 0);
  Episode e;
  e.network.layers = {784, 170, 130, 100, 70, 47};
  for (std::size_t l = 0; l + 1 < e.network.layers.size(); ++l) {
    const int in = e.network.layers[l];
    const int out = e.network.layers[l + 1];
    for (auto* matrices : {&e.weights, &e.feedback_weights}) {
      matrices->emplace_back();
      for (int k = 0; k < in * out; ++k)
        matrices->back().push_back(std::sqrt(6.0 / (in + out)) * random.uniform(-1, 1));
    }
  }
  std::vector<std::vector<double>> pictures(5, std::vector<double>(784));
  for (auto& picture : pictures) {
    for (double& x : picture) x = random.uniform() < 0.2 ? random.uniform() : 0;
  }
  for (Samples* s : {&e.train, &e.query}) {
    s->size = s == &e.train ? 250 : 50;
    for (int k = 0; k < s->size; ++k) {
      s->label.push_back(static_cast<int>(random.below(5)));
      for (double x : pictures[static_cast<std::size_t>(s->label.back())])
        s->x.push_back(std::abs(x + 0.05 * random.uniform(-1, 1)));
    }
  }
  return e;
}

}  // namespace

TEST_CASE("single precision follows double over an episode of full size, values and slopes") {
  const Rule rule = check_rule({"f_bio",
                                "param eta = 0.005 param ehebb = 0.02 param oja = 0.003\n"
                                "dw = -eta*err_post*pre' - ehebb*err_post*err_pre'\n"
                                "   + oja*(post*pre' - post*(post'*w))\n"});
  const ParameterLayout layout(rule.parameters, 5);
  const Episode episode = full_size(3);
  const plan::Plan plan = plan::lower(rule);
  const Outcome twice = Learner<double>(plan, episode.network, Feedback::fixed, {0, 1, 2}).run(episode, layout.initial);
  const Outcome single = Learner<float>(plan, episode.network, Feedback::fixed, {0, 1, 2}).run(episode, layout.initial);
  REQUIRE_FALSE(twice.diverged);
  REQUIRE_FALSE(single.diverged);
  MESSAGE("loss " << twice.loss << ", single precision off by " << single.loss - twice.loss);
  CHECK(std::abs(single.loss - twice.loss) < 1e-4 * twice.loss);
  for (std::size_t k = 0; k < 3; ++k) {
    double g[2] = {0, 0};
    double size = 0;
    for (std::size_t q = 0; q < 50; ++q) {
      g[0] += single.jacobian[3 * q + k];
      g[1] += twice.jacobian[3 * q + k];
      size += std::abs(twice.jacobian[3 * q + k]);
    }
    CHECK(std::abs(g[0] - g[1]) < 1e-3 * size);
  }
}
