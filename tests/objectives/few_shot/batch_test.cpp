#include "objectives/few_shot/batch.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace rule_search;

TEST_CASE("as many episodes are kept as there is room for; further ones are drawn again") {
  std::vector<int> drawn(3, 0);
  const EpisodeSource source = [&](std::size_t k) {
    ++drawn[k];
    Episode e;
    e.network.layers = {4, 3};
    e.weights = {std::vector<double>(12, static_cast<double>(k))};
    e.feedback_weights = e.weights;
    e.train.x.assign(8, 1.0);
    e.train.size = 2;
    e.train.label = {0, 1};
    e.query = e.train;
    return std::make_shared<const Episode>(std::move(e));
  };
  // 40 numbers of eight bytes an episode; so few samples have nothing that runs could share.
  const EpisodeSource two = remembered(source, 900);
  for (int turn = 0; turn < 3; ++turn) {
    for (std::size_t k = 0; k < 3; ++k) CHECK(two(k)->weights[0][0] == static_cast<double>(k));
  }
  CHECK(drawn[0] == 1);
  CHECK(drawn[1] == 1);
  CHECK(drawn[2] == 3);
}
