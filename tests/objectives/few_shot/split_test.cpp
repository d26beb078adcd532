// Derivatives by some coefficients at a time.
#include "fit/split.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../../evaluate/drawn_graphs.hpp"
#include "../../search/small_tasks.hpp"
#include "base/schedule.hpp"
#include "objectives/few_shot/batch.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

// Derivatives by `width` coefficients at a time, in the places that they have among all.
std::vector<double> in_parts(const plan::Plan& plan, const Network& network, Feedback feedback, Precision precision,
                             const EpisodeSource& source, const std::vector<double>& theta, std::size_t width) {
  const std::size_t n = theta.size();
  std::vector<double> out;
  for (std::size_t from = 0; from < n; from += width) {
    std::vector<int> directions;
    for (std::size_t k = from; k < std::min(n, from + width); ++k) directions.push_back(static_cast<int>(k));
    const Outcome part = Batch(plan, network, feedback, directions, precision).run(source, 1, theta)[0];
    out.resize(part.query_losses.size() * n);
    for (std::size_t q = 0; q < part.query_losses.size(); ++q) {
      for (std::size_t k = 0; k < directions.size(); ++k)
        out[q * n + from + k] = part.jacobian[q * directions.size() + k];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a derivative has the same bits whatever others are taken beside it") {
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/rules")) {
    if (entry.path().extension() != ".rule") continue;
    CAPTURE(entry.path().string());
    const Rule rule = check_rule(read_source(entry.path().string()));
    const plan::Plan plan = plan::lower(rule);
    // Few samples for an input so wide: the first connection goes by its samples.
    const Network network{{40, 18, 17, 3}, 10};
    const ParameterLayout layout(rule.parameters, network.connections());
    if (layout.size() < 2 || !plan.signals.empty()) continue;
    for (const test::ErrorPathway& pathway : test::every_pathway()) {
      CAPTURE(pathway.name);
      const EpisodeSource source = [&](std::size_t k) {
        return std::make_shared<const Episode>(
            test::drawn_episode(pathway.feedback, k, {network.layers, network.beta, {}, pathway.dtp}, 12, 3));
      };
      const Network own{network.layers, network.beta, {}, pathway.dtp};
      for (const Precision precision : {Precision::float32, Precision::float64}) {
        const Outcome whole =
            Batch(plan, own, pathway.feedback, layout.all(), precision).run(source, 1, layout.initial)[0];
        if (whole.diverged) continue;
        ++compared;
        for (const std::size_t width : {1, 3, 4})
          CHECK(in_parts(plan, own, pathway.feedback, precision, source, layout.initial, width) == whole.jacobian);
      }
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("with many workers, derivatives are taken side by side, and give the same") {
  test::SmallOptions o({12, 8, 6}, {3, 5, 4});
  const Dataset data = test::noisy_pictures("small", 6, 100, 4);
  const TaskObjective tasks = o.objective(data);
  REQUIRE(tasks.traits().splits_derivatives);
  const Rule rule = check_rule(read_source(RULE_SEARCH_SOURCE_DIR "/rules/pool_2023.rule"));
  const ParameterLayout layout(rule.parameters, tasks.connections());
  const EvaluatorRequest request{plan::lower(rule), layout.all(), Precision::float32};
  const auto same = [](const std::vector<Outcome>& a, const std::vector<Outcome>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
      CHECK(a[k].diverged == b[k].diverged);
      CHECK(a[k].query_losses == b[k].query_losses);
      CHECK(a[k].jacobian == b[k].jacobian);
      CHECK(a[k].loss == b[k].loss);
      CHECK(a[k].accuracy == b[k].accuracy);
    }
  };
  const auto whole = tasks.compile(request);
  const auto parts = split(tasks, request);
  std::vector<double> theta = layout.initial;
  theta[2] = -0.03;
  theta[9] = 0.01;
  std::vector<double> huge = theta;
  huge[0] = 1e30;
  for (const std::size_t workers : {1, 8, 16, 64}) {
    CAPTURE(workers);
    ScheduleRecord record(workers);
    for (const std::size_t units : {4, 1}) {
      same(parts->run(Part::search, units, theta), whole->run(Part::search, units, theta));
      same(parts->run_from(Part::search, 3, units, theta), whole->run_from(Part::search, 3, units, theta));
      same(parts->run(Part::search, units, huge), whole->run(Part::search, units, huge));
    }
  }
  CHECK(whole->run(Part::search, 1, huge)[0].diverged);
}

TEST_CASE("parts are as many as there are idle workers for, and not of few derivatives where all are busy") {
  CHECK(parts_of(10, 16, 16) == 1);
  CHECK(parts_of(10, 16, 31) == 1);
  CHECK(parts_of(10, 16, 32) == 2);
  CHECK(parts_of(10, 16, 64) == 4);
  CHECK(parts_of(10, 16, 1000) == 10);
  CHECK(parts_of(24, 4, 64) == 16);
  CHECK(parts_of(3, 1, 1000) == 3);
  CHECK(parts_of(1, 1, 1000) == 1);
  // Uneven pieces, also where as many procedures are carried out as there are workers.
  CHECK(parts_of(18, 4, 64, 24) == 2);
  CHECK(parts_of(18, 4, 64, 24, true) == 18);
  CHECK(parts_of(18, 16, 64, 24, true) == 8);
  CHECK(parts_of(18, 4, 4, 24, true) == parts_of(18, 4, 4, 24));
  // Procedures side by side fill the workers themselves, but some take longer.
  CHECK(parts_of(24, 4, 64, 24) == 2);
  CHECK(parts_of(24, 4, 16, 24) == 1);
  CHECK(parts_of(0, 0, 2) == 1);
}
