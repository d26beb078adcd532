// Steps that are carried out ahead: faster, and nothing else.
#include <doctest/doctest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/schedule.hpp"
#include "fit/kept_steps.hpp"
#include "fit/scoring.hpp"
#include "quadratic_objective.hpp"
#include "small_tasks.hpp"

using namespace rule_search;

namespace {

// Carries nothing out ahead, and counts what is asked of it.
struct OneByOne : Steps {
  int fits = 0;

  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override {
    ++fits;
    return Steps::fit(rule, start, request);
  }
  void ahead(std::size_t, const std::function<void(std::size_t, Steps&)>&, std::size_t) override {}
};

// The same, but what is asked for has often been carried out.
struct Ahead : Steps {
  std::atomic<std::size_t> procedures = 0;

  void ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure,
             std::size_t threads) override {
    Steps::ahead(
        count,
        [&](std::size_t k, Steps& own) {
          ++procedures;
          procedure(k, own);
        },
        threads);
  }
};

// As on a machine with four cores.
template <class Work>
void on_four_threads(const Work& work) {
  const tbb::global_control four(tbb::global_control::max_allowed_parallelism, 4);
  tbb::task_arena arena(4);
  arena.execute(work);
}

test::SmallOptions small_options() {
  test::SmallOptions o({12, 8, 7, 6}, {3, 10, 5});
  o.seed = 7;
  o.set_units(6, 8, 20, 30, 4);
  return o;
}

const Rule& pool() {
  static const Rule rule = check_rule({"pool",
                                       "param a = 0 param b = 0 param c = 0 param d = 0 param e = 0\n"
                                       "dw = a * err_post * pre' + b * w + c * err_post * err_pre'"
                                       " + d * post * pre' + e * err_post * ones_pre'"});
  return rule;
}

// Of a piece of work, see ScheduleRecord::document().
std::size_t units_of(const nlohmann::json& work) {
  if (!work.is_array()) return 1;
  std::size_t out = 0;
  for (std::size_t k = 1; k < work.size(); k += 2) {
    for (const nlohmann::json& unit : work[k]) out += units_of(unit);
  }
  return out;
}

std::size_t units_outside_procedures(const nlohmann::json& work) {
  std::size_t out = 0;
  for (std::size_t k = 1; k < work.size(); k += 2) {
    const bool of_units =
        std::all_of(work[k].begin(), work[k].end(), [](const nlohmann::json& unit) { return unit.is_number(); });
    if (of_units) out += work[k].size();
  }
  return out;
}

void check_same(const SearchResult& a, const SearchResult& b) {
  CHECK(a.formula == b.formula);
  CHECK(a.found.theta == b.found.theta);
  CHECK(a.test.losses == b.test.losses);
  CHECK(a.runs == b.runs);
  REQUIRE(a.path.size() == b.path.size());
  for (std::size_t k = 0; k < a.path.size(); ++k) {
    CHECK(a.path[k].fitted.theta == b.path[k].fitted.theta);
    CHECK(a.path[k].validation.losses == b.path[k].validation.losses);
  }
  REQUIRE(a.terms.size() == b.terms.size());
  for (std::size_t k = 0; k < a.terms.size(); ++k) CHECK(a.terms[k].low == b.terms[k].low);
  REQUIRE(a.comparison.baselines.size() == b.comparison.baselines.size());
  for (std::size_t k = 0; k < a.comparison.baselines.size(); ++k)
    CHECK(a.comparison.baselines[k].test.losses == b.comparison.baselines[k].test.losses);
}

}  // namespace

TEST_CASE("a search gives the same, to the last bit, whether steps are carried out ahead or one by one") {
  const test::SmallOptions o = small_options();
  const Dataset data = test::noisy_pictures("small", 6, 100, 5);
  const TaskObjective tasks = o.objective(data);
  OneByOne one_by_one;
  const SearchResult expected = search(pool(), tasks, o, {}, {}, &one_by_one);
  on_four_threads([&] {
    Ahead ahead;
    check_same(search(pool(), tasks, o, {}, {}, &ahead), expected);
    CHECK(ahead.procedures > 20);
  });
}

TEST_CASE("most units are carried out ahead, and few of them in vain") {
  const test::SmallOptions o = small_options();
  const Dataset data = test::noisy_pictures("small", 6, 100, 5);
  const TaskObjective tasks = o.objective(data);
  const auto carried_out = [&](std::size_t workers) {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    ScheduleRecord record(workers);
    Steps steps;
    search(pool(), tasks, o, {}, {}, &steps);
    return record.document()["stages"][0]["work"];
  };
  const std::size_t all = units_of(carried_out(1));
  const nlohmann::json many = carried_out(4);
  CHECK(units_of(many) < all + all / 8);
  CHECK(units_outside_procedures(many) < all / 2);
}

TEST_CASE("a fit that was carried out ahead says what it comes to where it is given up earlier, to the last bit") {
  const test::SmallOptions o = small_options();
  const Dataset data = test::noisy_pictures("small", 6, 100, 5);
  const TaskObjective tasks = o.objective(data);
  FitRequest request;
  request.objective = &tasks;
  request.units = 4;
  request.iterations = 12;
  const std::vector<double> start = {-0.001, 0, 0, 0, 0};
  const auto carried_out = [&](double hopeless_above) {
    FitRequest counted = request;
    counted.hopeless_above = hopeless_above;
    KeptSteps::Fit out{{}, 0, hopeless_above};
    counted.progress = [&](std::size_t units, double) { out.units += units; };
    out.fitted = fit(pool(), start, counted);
    return out;
  };
  const double never = std::numeric_limits<double>::infinity();
  const KeptSteps::Fit whole = carried_out(never);
  REQUIRE(whole.fitted.late.size() >= 3);
  std::set<std::size_t> ends;
  for (const LateStep& step : whole.fitted.late) {
    for (const double above : {0.999 * step.loss / 1.25, 1.001 * step.loss / 1.25}) {
      const KeptSteps::Fit expected = carried_out(above);
      KeptSteps steps;
      steps.keep("key", whole);
      KeptSteps sent;
      sent.keep_packed(steps.packed());
      const auto known = sent.fit("key", above, false, KeptSteps::Use::take);
      REQUIRE(known);
      CHECK(sent.size() == 0);
      CHECK(known->units == expected.units);
      CHECK(known->fitted.theta == expected.fitted.theta);
      CHECK(known->fitted.fit_loss == expected.fitted.fit_loss);
      CHECK(known->fitted.given_up == expected.fitted.given_up);
      CHECK(known->fitted.history == expected.fitted.history);
      CHECK(known->fitted.late.size() == expected.fitted.late.size());
      ends.insert(known->units);
      // One that was given up says nothing of one that goes on for longer, and all of one that is given up before.
      if (!expected.fitted.given_up) continue;
      KeptSteps short_ones;
      short_ones.keep("key", expected);
      CHECK_FALSE(short_ones.fit("key", never, false, KeptSteps::Use::look));
      CHECK(short_ones.fit("key", 0.5 * above, false, KeptSteps::Use::look)->fitted.given_up);
      CHECK_FALSE(steps.fit("key", above, true, KeptSteps::Use::look));
    }
  }
  CHECK(ends.size() >= 3);
}

TEST_CASE("a kept result is given once, and only for the same step") {
  const test::QuadraticObjective objective = test::drawn({0.5, -0.3}, 0.1, 8, 1);
  const Rule rule = test::terms_rule(2);
  FitRequest request;
  request.objective = &objective;
  request.units = 8;
  const std::string key = key_of_step("fit", rule, {0, 0}, request);
  request.iterations = 3;
  CHECK(key_of_step("fit", rule, {0, 0}, request) != key);
  request.iterations = FitRequest().iterations;
  CHECK(key_of_step("fit", rule, {0, 0}, request) == key);
  CHECK(key_of_step("fit", rule, {0, 1e-300}, request) != key);
  request.units = 7;
  CHECK(key_of_step("fit", rule, {0, 0}, request) != key);
  KeptSteps steps;
  Score score;
  score.loss.mean = 3;
  steps.keep(key, score);
  CHECK_FALSE(steps.score("another", KeptSteps::Use::take));
  CHECK(steps.score(key, KeptSteps::Use::look)->loss.mean == 3);
  CHECK(steps.score(key, KeptSteps::Use::take)->loss.mean == 3);
  CHECK_FALSE(steps.score(key, KeptSteps::Use::take));
}

TEST_CASE("scores of several rules on the same units are carried out together, and are those of one after the other") {
  struct Counting : Steps {
    mutable std::atomic<std::size_t> units = 0;

    Execution execution() const override {
      return {[this] { ++units; }};
    }
  };
  const test::SmallOptions o = small_options();
  const Dataset data = test::noisy_pictures("small", 6, 100, 5);
  const TaskObjective tasks = o.objective(data);
  const std::vector<std::vector<double>> values = {
      {-0.01, 0, 0, 0, 0}, {-0.02, 0.001, 0, 0, 0}, {-0.01, 0, -0.01, 0.001, 0}, {0, 0, 0, 0, 0}};
  std::vector<FittedRule> rules;
  for (const std::vector<double>& theta : values) rules.push_back({pool(), theta});
  constexpr std::size_t count = 9;
  const auto check = [&] {
    for (const Part part : {Part::search, Part::validation, Part::test}) {
      Counting steps;
      steps.scores_ahead(rules, tasks, part, count);
      CHECK(steps.units == rules.size() * count);
      steps.scores_ahead(rules, tasks, part, count);  // all is known
      for (const FittedRule& r : rules) {
        const Score known = steps.score(r.rule, r.theta, tasks, part, count);
        const Score expected = score(r.rule, r.theta, tasks, part, count);
        CHECK(known.losses == expected.losses);
        CHECK(known.accuracies == expected.accuracies);
        CHECK(known.loss.mean == expected.loss.mean);
      }
      CHECK(steps.units == rules.size() * count);
    }
  };
  check();
  on_four_threads(check);
}

TEST_CASE("with many workers, rules that are scored together are dealt out as well") {
  const test::SmallOptions o = small_options();
  const Dataset data = test::noisy_pictures("small", 6, 100, 5);
  const TaskObjective tasks = o.objective(data);
  const std::vector<FittedRule> rules(6, FittedRule{pool(), {-0.01, 0, 0, 0, 0}});
  const auto pieces = [&](std::size_t workers) {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    ScheduleRecord record(workers);
    scores_together(rules, tasks, Part::validation, 8);
    return record.document()["stages"][0]["work"][1].size();
  };
  CHECK(pieces(1) == 8);
  CHECK(pieces(6) == 3 * 8);
  CHECK(pieces(64) == 6 * 8);
}

TEST_CASE("who stops a search stops what is carried out ahead as well") {
  struct Stopping : Steps {
    Execution execution() const override {
      return {[] { throw SearchStopped("enough"); }};
    }
  };
  const test::SmallOptions o = small_options();
  const Dataset data = test::noisy_pictures("small", 6, 100, 5);
  const TaskObjective tasks = o.objective(data);
  on_four_threads([&] {
    Stopping steps;
    CHECK_THROWS_AS(steps.ahead(3,
                                [&](std::size_t, Steps& own) {
                                  own.score(pool(), {0, 0, 0, 0, 0}, tasks, Part::search, 2);
                                }),
                    SearchStopped);
  });
}
