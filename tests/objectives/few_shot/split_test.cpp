// Derivatives by some coefficients at a time.
#include "fit/split.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <filesystem>

#include "../../evaluate/drawn_graphs.hpp"
#include "../../search/small_tasks.hpp"
#include "base/schedule.hpp"
#include "evaluate/work.hpp"
#include "objectives/few_shot/batch.hpp"
#include "plan/layout.hpp"

using namespace rule_search;

namespace {

// Derivatives by `width` coefficients at a time, in the places that they have among all.
std::vector<double> in_parts(const plan::Plan& plan, const Network& network, Feedback feedback, Precision precision,
                             const EpisodeSource& source, const std::vector<double>& theta, std::size_t width,
                             const std::vector<double>& losses) {
  const std::size_t n = theta.size();
  std::vector<double> out;
  for (std::size_t from = 0; from < n; from += width) {
    std::vector<int> directions;
    for (std::size_t k = from; k < std::min(n, from + width); ++k) directions.push_back(static_cast<int>(k));
    const Outcome part = Batch(plan, network, feedback, directions, precision).run(source, 1, theta)[0];
    CHECK(part.query_losses == losses);
    out.resize(part.query_losses.size() * n);
    for (std::size_t q = 0; q < part.query_losses.size(); ++q) {
      for (std::size_t k = 0; k < directions.size(); ++k)
        out[q * n + from + k] = part.jacobian[q * directions.size() + k];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("losses and a derivative have the same bits whatever others are taken beside it") {
  std::size_t compared = 0;
  const auto check = [&](const Rule& rule, const Network& network, Feedback feedback) {
    const plan::Plan plan = plan::lower(rule);
    const ParameterLayout layout(rule.parameters, network.connections());
    if (layout.size() < 2 || !plan.signals.empty()) return;
    const EpisodeSource source = [&](std::size_t k) {
      return std::make_shared<const Episode>(test::drawn_episode(feedback, k, network, 12, 3));
    };
    std::vector<double> half = layout.initial;
    for (std::size_t k = 1; k < half.size(); k += 2) half[k] = 0;
    for (const std::vector<double>& theta : {layout.initial, half}) {
      for (const Precision precision : {Precision::float32, Precision::float64}) {
        const Outcome whole = Batch(plan, network, feedback, layout.all(), precision).run(source, 1, theta)[0];
        if (whole.diverged) continue;
        ++compared;
        CHECK(Batch(plan, network, feedback, {}, precision).run(source, 1, theta)[0].query_losses ==
              whole.query_losses);
        for (const std::size_t width : {1, 3, 4})
          CHECK(in_parts(plan, network, feedback, precision, source, theta, width, whole.query_losses) ==
                whole.jacobian);
      }
    }
  };
  std::vector<Source> sources;
  for (const auto& entry : std::filesystem::directory_iterator(RULE_SEARCH_SOURCE_DIR "/rules")) {
    if (entry.path().extension() == ".rule") sources.push_back(read_source(entry.path().string()));
  }
  // With w' * post at 0 there is nothing to send back.
  sources.push_back({"sent back", R"(rule sent_back
param eta = 0.05
param back = 0
dw = -eta*err_post*pre' + back*err_post*(w'*post)'
)"});
  for (const Source& source : sources) {
    CAPTURE(source.name);
    const Rule rule = check_rule(source);
    // Few samples for an input so wide: the first connection goes by its samples.
    const std::vector<int> layers = {40, 18, 17, 3};
    for (const test::ErrorPathway& pathway : test::every_pathway()) {
      CAPTURE(pathway.name);
      check(rule, {layers, 10, {}, pathway.dtp}, pathway.feedback);
    }
    for (const test::Skips& skips : test::every_skips(static_cast<int>(layers.size()))) {
      CAPTURE(skips.name);
      check(rule, {layers, 10, skips.skips}, Feedback::fixed);
    }
  }
  CHECK(compared > 500);
}

TEST_CASE("what a coefficient of 0 hides costs nothing, whatever stood there before") {
  const Rule rule = check_rule({"hidden", R"(rule hidden
param eta = 0.05
param by_element = 0
param by_walk = 0
dw = -eta*err_post*pre' + by_element*(sign(w) .* (post*pre')) + by_walk*(post'*w*err_pre)*post*err_pre'
)"});
  const plan::Plan plan = plan::lower(rule);
  const Network network{{40, 18, 17, 3}, 10};
  const Episode episode = test::drawn_episode(Feedback::fixed, 1, network, 12, 3);
  const std::vector<double> hidden = {0.05, 0, 0};
  const auto counted = [&](Learner<float>& learner) {
    const std::uint64_t before = work::multiply_adds;
    const Outcome out = learner.run(episode, hidden);
    return std::pair(out, work::multiply_adds - before);
  };
  Learner<float> fresh(plan, network, Feedback::fixed, {0});
  const auto [expected, cheap] = counted(fresh);
  Learner<float> used(plan, network, Feedback::fixed, {0});
  for (const double huge : {1e20, -1e30}) {
    for (const std::size_t k : {1, 2}) {
      std::vector<double> theta = hidden;
      theta[k] = huge;
      CHECK(used.run(episode, theta).diverged);
      const auto [again, cost] = counted(used);
      CHECK(again.loss == expected.loss);
      CHECK(again.jacobian == expected.jacobian);
      CHECK(cost == cheap);
    }
  }
  Learner<float> all(plan, network, Feedback::fixed, {0, 1, 2});
  const auto [whole, dear] = counted(all);
  CHECK(whole.loss == expected.loss);
  CHECK(dear > 2 * cheap);
  for (std::size_t q = 0; q < expected.jacobian.size(); ++q) CHECK(whole.jacobian[3 * q] == expected.jacobian[q]);
}

TEST_CASE("one diverging unit ends a run in which all or nothing counts") {
  test::SmallOptions o({12, 8, 6}, {3, 5, 4});
  const Dataset data = test::noisy_pictures("small", 6, 100, 4);
  const TaskObjective tasks = o.objective(data);
  const Rule rule = check_rule({"eta", "rule eta\nparam eta = 0\ndw = -eta*err_post*pre'\n"});
  const auto evaluator = tasks.compile({plan::lower(rule), {}, Precision::float32});
  Wanted wanted;
  wanted.all_or_nothing = true;
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const std::uint64_t before = work::multiply_adds;
  for (const Outcome& out : evaluator->run(Part::search, 40, {1e30}, wanted)) CHECK(out.diverged);
  const std::uint64_t ended = work::multiply_adds - before;
  evaluator->run(Part::search, 40, {1e30});
  CHECK(20 * ended < work::multiply_adds - before - ended);
  for (const Outcome& out : evaluator->run(Part::search, 4, {0.01}, wanted)) CHECK_FALSE(out.diverged);
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
  CHECK(parts_of(18, 16, 64, 24, true) == 16);
  CHECK(parts_of(18, 4, 4, 24, true) == parts_of(18, 4, 4, 24));
  // Procedures side by side fill the workers themselves, but some take longer.
  CHECK(parts_of(24, 4, 64, 24) == 2);
  CHECK(parts_of(24, 4, 16, 24) == 1);
  CHECK(parts_of(0, 0, 2) == 1);
}
