#include "objectives/few_shot/batch.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <memory>
#include <vector>

#include "../../evaluate/drawn_graphs.hpp"
#include "plan/layout.hpp"

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

TEST_CASE("episodes of a graph have the same bits on one thread and two, drawn and remembered, with every pathway") {
  const Rule rule = check_rule(
      {"rule", "param a[layer] = 0.02\nparam b = 0.01\ndw = -a * err_post * pre' + b * post * (pre - w' * post)'\n"});
  for (const test::ErrorPathway& pathway : test::every_pathway()) {
    CAPTURE(pathway.name);
    // Few samples for an input so wide: the connections from it share what they make of the samples.
    const Network network{{40, 5, 4, 3}, 10, *skips_named("dense", 4), pathway.dtp};
    const EpisodeSource fresh = [&](std::size_t k) {
      return std::make_shared<const Episode>(test::drawn_episode(pathway.feedback, k, network, 12, 3));
    };
    const ParameterLayout layout(rule.parameters, network.connections());
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      std::vector<std::vector<Outcome>> runs;
      for (const EpisodeSource& source : {fresh, remembered(fresh)}) {
        const Batch batch(plan::lower(rule), network, pathway.feedback, layout.all(), precision);
        for (const std::size_t threads : {1, 2, 2}) {
          const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
          runs.push_back(batch.run(source, 6, layout.initial));
        }
      }
      for (const std::vector<Outcome>& run : runs) {
        for (std::size_t k = 0; k < run.size(); ++k) {
          REQUIRE_FALSE(run[k].diverged);
          CHECK(run[k].query_losses == runs[0][k].query_losses);
          CHECK(run[k].jacobian == runs[0][k].jacobian);
        }
      }
    }
  }
}
