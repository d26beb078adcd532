#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "objectives/few_shot/baselines.hpp"
#include "search/lookalikes.hpp"
#include "small_tasks.hpp"

using namespace rule_search;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

const Dataset& data() {
  static const Dataset set = test::noisy_pictures("small", 6, 100, 5);
  return set;
}

// Losses h (x - optimum)^2 / 2, one an episode.
struct Parabolas {
  std::vector<double> h, optimum;

  QuadraticModel at(double x) const {
    QuadraticModel s;
    s.usable = true;
    s.size = 1;
    s.curvature = s.gradient = {0};
    for (std::size_t e = 0; e < h.size(); ++e) {
      s.unit_gradient.push_back(h[e] * (x - optimum[e]));
      s.unit_curvature.push_back(h[e]);
    }
    return s;
  }
};

Parabolas parabolas(std::size_t count) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> height(0.5, 3);
  std::exponential_distribution<double> place(1);
  Parabolas p;
  for (std::size_t e = 0; e < count; ++e) {
    p.h.push_back(height(random));
    p.optimum.push_back(place(random));
  }
  return p;
}

test::SmallOptions small_options() {
  test::SmallOptions o({12, 8, 7, 6}, {3, 10, 5});
  o.seed = 7;
  o.set_units(6, 8, 20, 60, 2);
  return o;
}

}  // namespace

TEST_CASE("the bootstrap of parabolas has the quantiles of their resampled optima") {
  const Parabolas p = parabolas(40);
  std::mt19937 random(9);
  std::uniform_int_distribution<std::size_t> any(0, 39);
  std::vector<double> optima;
  for (int b = 0; b < 20000; ++b) {
    double top = 0;
    double bottom = 0;
    for (int k = 0; k < 40; ++k) {
      const std::size_t e = any(random);
      top += p.h[e] * p.optimum[e];
      bottom += p.h[e];
    }
    optima.push_back(top / bottom);
  }
  std::sort(optima.begin(), optima.end());
  // From elsewhere than the optimum as well: the step is exact where losses are parabolas.
  for (double from : {1.0, -3.0}) {
    const Bootstrap b = bootstrap(p.at(from), {from}, {-infinite}, {infinite}, 3);
    const double width = optima[19500] - optima[500];
    CHECK(std::abs(b.centre[0] - optima[10000]) < 0.05 * width);
    // The normal quantile beyond sqrt(40/39) t(39) = 2.0483 leaves 2.03 % on each side.
    CHECK(std::abs(b.low[0] - optima[405]) < 0.08 * width);
    CHECK(std::abs(b.high[0] - optima[19594]) < 0.08 * width);
  }
  const Bootstrap again = bootstrap(p.at(1), {1}, {-infinite}, {infinite}, 3);
  CHECK(again.low == bootstrap(p.at(1), {1}, {-infinite}, {infinite}, 3).low);
  CHECK(again.low != bootstrap(p.at(1), {1}, {-infinite}, {infinite}, 4).low);
}

TEST_CASE("the bootstrap keeps to the bounds, and one episode tells no interval") {
  const Parabolas p = parabolas(40);
  const double middle = bootstrap(p.at(1), {1}, {-infinite}, {infinite}, 3).centre[0];
  const Bootstrap b = bootstrap(p.at(middle), {middle}, {-infinite}, {middle}, 3);
  CHECK(b.high[0] == doctest::Approx(middle));
  CHECK(b.low[0] < middle - 0.01);
  CHECK(std::isnan(bootstrap(parabolas(1).at(1), {1}, {-infinite}, {infinite}, 3).low[0]));

  // Entry 0 wants to go to 2 and may go to 1; entry 1 has its optimum at 3 - x0 then, not where x0 = 2 puts
  // it.
  QuadraticModel s;
  s.usable = true;
  s.size = 2;
  for (int e = 0; e < 5; ++e) {
    s.unit_gradient.insert(s.unit_gradient.end(), {-6, -4});
    s.unit_curvature.insert(s.unit_curvature.end(), {2.5, 1, 1, 1});
  }
  // At (0, 0): free optimum 2.5 x0 + x1 = 6, x0 + x1 = 4; with x0 = 1 it is x1 = 3.
  const Bootstrap bound = bootstrap(s, {0, 0}, {-1, -infinite}, {1, infinite}, 3);
  CHECK(bound.centre[0] == doctest::Approx(1));
  CHECK(bound.centre[1] == doctest::Approx(3));
}

// Another objective's units in another order, some of them more than once.
class Resampled : public Objective {
 public:
  Resampled(const Objective& of, std::vector<std::size_t> which) : of_(of), which_(std::move(which)) {}
  std::string identity() const override { return "resampled " + of_.identity(); }
  int connections() const override { return of_.connections(); }
  std::size_t units(Part) const override { return which_.size(); }
  std::size_t answers(Part part, std::size_t unit) const override { return of_.answers(part, which_[unit]); }
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override {
    struct Shuffled : Evaluator {
      std::unique_ptr<Evaluator> all;
      std::vector<std::size_t> which;
      std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                     Wanted wanted) const override {
        const std::vector<Outcome> outcomes = all->run(part, which.size(), theta, wanted);
        std::vector<Outcome> out;
        for (const std::size_t k : units) out.push_back(outcomes[which[k]]);
        return out;
      }
    };
    auto out = std::make_unique<Shuffled>();
    out->all = of_.compile(std::move(request));
    out->which = which_;
    return out;
  }
  LossTraits traits() const override { return of_.traits(); }
  Score summarise(const std::vector<Outcome>& outcomes) const override { return of_.summarise(outcomes); }

 private:
  const Objective& of_;
  std::vector<std::size_t> which_;
};

TEST_CASE("one step of the bootstrap stands for fits to every resample") {
  const test::SmallOptions o = small_options();
  test::SmallOptions symmetric = o;
  symmetric.feedback = Feedback::symmetric;
  const TaskObjective tasks = symmetric.objective(data());
  const Rule rule = check_rule({"two", "param a = 0 param b = 0\ndw = a * err_post * pre' + b * w"});
  FitRequest r;
  r.objective = &tasks;
  r.units = 30;
  r.iterations = 30;
  const FittedRule whole = fit(rule, {0, 0}, r);
  r.tempered = false;
  const QuadraticModel s = quadratic_model(rule, whole.theta, r);
  REQUIRE(s.usable);
  const Bootstrap step = bootstrap(s, whole.theta, {-infinite, -infinite}, {infinite, infinite}, 1);

  std::mt19937 random(11);
  std::uniform_int_distribution<std::size_t> any(0, r.units - 1);
  std::vector<std::vector<double>> refitted(2);
  for (int b = 0; b < 200; ++b) {
    std::vector<std::size_t> which;
    for (std::size_t k = 0; k < r.units; ++k) which.push_back(any(random));
    const Resampled resampled(tasks, which);
    r.objective = &resampled;
    const FittedRule f = fit(rule, whole.theta, r);
    for (std::size_t k = 0; k < 2; ++k) refitted[k].push_back(f.theta[k]);
  }
  for (std::size_t k = 0; k < 2; ++k) {
    std::sort(refitted[k].begin(), refitted[k].end());
    const double low = refitted[k][4];
    const double high = refitted[k][195];
    CAPTURE(k);
    CAPTURE(low);
    CAPTURE(high);
    CAPTURE(step.low[k]);
    CAPTURE(step.high[k]);
    CHECK(agree({refitted[k][100], low, high}, {step.centre[k], step.low[k], step.high[k]}));
  }
}

TEST_CASE("intervals agree where they are about as wide and hold each other's centre") {
  CHECK(agree({0, -1, 1}, {0.2, -1.2, 1.4}));
  CHECK_FALSE(agree({0, -1, 1}, {0, -1.6, 1.6}));
  CHECK_FALSE(agree({0, -1.6, 1.6}, {0, -1, 1}));
  CHECK_FALSE(agree({0, -1, 1}, {1.2, 0.2, 2.2}));
  CHECK(agree({0, -1, 1}, {std::nan(""), std::nan(""), std::nan("")}));
}

TEST_CASE("a partial correlation is that of what a regression on the others leaves") {
  // Columns of effects: 2 others, then a and b that share a part with them and with one another.
  constexpr int rows = 50;
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> columns(4, std::vector<double>(rows));
  for (int i = 0; i < rows; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double common = normal(random);
    for (std::size_t c : {0, 1}) columns[c][at] = normal(random);
    columns[2][at] = common + 2 * columns[0][at] + 0.5 * normal(random);
    columns[3][at] = -common + 3 * columns[1][at] + 0.5 * normal(random);
  }
  const auto dot = [](const std::vector<double>& u, const std::vector<double>& v) {
    double sum = 0;
    for (std::size_t i = 0; i < u.size(); ++i) sum += u[i] * v[i];
    return sum;
  };
  std::vector<double> curvature;
  for (const auto& u : columns) {
    for (const auto& v : columns) curvature.push_back(dot(u, v));
  }
  // Regression by sweeps over one column after the other.
  auto rest = columns;
  for (int sweep = 0; sweep < 500; ++sweep) {
    for (std::size_t target : {2, 3}) {
      for (std::size_t c : {0, 1}) {
        const double by = dot(rest[target], columns[c]) / dot(columns[c], columns[c]);
        for (std::size_t i = 0; i < rest[target].size(); ++i) rest[target][i] -= by * columns[c][i];
      }
    }
  }
  const double expected = dot(rest[2], rest[3]) / std::sqrt(dot(rest[2], rest[2]) * dot(rest[3], rest[3]));
  CHECK(expected < -0.5);
  CHECK(partial_correlation(curvature, 4, {2}, {3}, {0, 1}) == doctest::Approx(expected).epsilon(1e-6));
  CHECK(std::abs(partial_correlation(curvature, 4, {2}, {3}, {})) < std::abs(expected) - 0.1);
  CHECK(std::isnan(partial_correlation({1, 1, 1, 1}, 2, {0}, {1}, {0})));  // nothing of a is left
}

TEST_CASE("groups of entries are alike only where each direction has its like") {
  // Effects e1, e2 of one group; of the other e1 + e2 and e1 - e2 (the same plane), or e1 and e3.
  const std::vector<double> same = {1, 0, 1, 1, 0, 1, 1, -1, 1, 1, 2, 0, 1, -1, 0, 2};
  CHECK(partial_correlation(same, 4, {0, 1}, {2, 3}, {}) == doctest::Approx(1));
  const std::vector<double> half = {1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1};
  CHECK(partial_correlation(half, 4, {0, 1}, {2, 3}, {}) == doctest::Approx(0));
}

TEST_CASE("terms that are the same but for a factor are told, others are not") {
  const Rule rule = check_rule({"pool",
                                "param a = 0 param b = 0 param twin = 0 param mirror = 0 param hebb = 0\n"
                                "dw = a * err_post * pre' + b * w + twin * (3 * err_post) * pre'"
                                " + mirror * (-w) + hebb * post * pre'"});
  const test::SmallOptions o = small_options();
  const TaskObjective tasks = o.objective(data());
  Steps steps;
  Workbench bench(rule, tasks, o, {}, steps);
  Trial start{{true, true, false, false, false}, {-0.02, 0, 0, 0, 0}};
  const Trial found = bench.fit(start, o.refit_units, 10);
  SearchResult result;
  find_lookalikes(bench, found, result);
  CHECK(result.compared == 5);
  REQUIRE(result.lookalikes.size() == 2);
  for (const Lookalike& l : result.lookalikes) {
    CHECK(l.other == (l.parameter == "a" ? "twin" : "mirror"));
    CHECK(l.correlation == doctest::Approx(l.parameter == "a" ? 1 : -1).epsilon(1e-4));
    CHECK_FALSE(l.other_found);
  }
}

TEST_CASE("terms that look alike for one episode alone are not told") {
  const Rule rule = check_rule({"pool", "param a = 0 param b = 0\ndw = a * err_post * pre' + b * post * pre'"});
  const test::SmallOptions o = small_options();
  const TaskObjective tasks = o.objective(data());
  Steps steps;
  Workbench bench(rule, tasks, o, {}, steps);
  const Trial found = bench.fit({{true, false}, {-0.02, 0}}, o.refit_units, 10);
  Workbench::Towards t = bench.model_towards(found, {1}, o.fit_units, false);
  REQUIRE(t.model.usable);
  // The mean of the episodes' curvatures is the curvature that everything else uses.
  for (std::size_t k = 0; k < 4; ++k) {
    double mean = 0;
    for (std::size_t e = 0; e < o.fit_units; ++e)
      mean += t.model.unit_curvature[4 * e + k] / static_cast<double>(o.fit_units);
    CHECK(mean == doctest::Approx(t.model.curvature[k]));
  }
  CHECK_FALSE(always_alike(t.model, {0}, {1}, {}));
  // What is common in one episode rules the sum; the others hold the two apart.
  QuadraticModel s;
  s.usable = true;
  s.size = 2;
  for (double common : {1e4, 0.0, 0.0}) {
    s.unit_gradient.insert(s.unit_gradient.end(), {0, 0});
    s.unit_curvature.insert(s.unit_curvature.end(), {common + 1, common, common, common + 1});
  }
  CHECK(partial_correlation({1e4 + 3, 1e4, 1e4, 1e4 + 3}, 2, {0}, {1}, {}) > alike);
  CHECK_FALSE(always_alike(s, {0}, {1}, {}));
  s.unit_curvature = {2, 1.99, 1.99, 2, 5, 4.9, 4.9, 5, 1, 0.97, 0.97, 1};
  CHECK(always_alike(s, {0}, {1}, {}));
}

TEST_CASE("with permuted labels nothing is told of the images, and nothing else changes") {
  TaskShape shape{3, 10, 5};
  const Network network{{12, 8, 7, 6}, 10};
  const Split split = make_split(data(), shape, 7);
  const TaskSource with(data(), split, shape, network, Feedback::fixed, 7);
  shape.permute_labels = true;
  const TaskSource without(data(), split, shape, network, Feedback::fixed, 7);
  const Episode a = with.draw(Part::test, 3);
  Episode b = without.draw(Part::test, 3);
  CHECK(a.train.x == b.train.x);
  CHECK(a.query.x == b.query.x);
  CHECK(a.query.label == b.query.label);
  CHECK(a.weights == b.weights);
  CHECK(b.train.label == without.draw(Part::test, 3).train.label);
  CHECK(a.train.label != b.train.label);
  auto labels = a.train.label;
  std::sort(labels.begin(), labels.end());
  std::sort(b.train.label.begin(), b.train.label.end());
  CHECK(labels == b.train.label);

  const Estimate permuted = score_nearest_class_mean(draws(without, Part::test), 1000).accuracy;
  CHECK(std::abs(permuted.mean - 1.0 / 3) < 4 * permuted.standard_error);
  CHECK(score_nearest_class_mean(draws(with, Part::test), 100).accuracy.low > 0.5);
}

TEST_CASE("a search finds more than chance where there is something to learn, and nothing with permuted labels") {
  const Rule rule = check_rule({"pool", "param a = 0 param b = 0\ndw = a * err_post * pre' + b * w"});
  test::SmallOptions o = small_options();
  o.feedback = Feedback::symmetric;
  const SearchResult found = search(rule, o.objective(data()), o, {});
  CHECK(found.comparison.chance.beaten);
  CHECK(found.comparison.chance.accuracy == doctest::Approx(1.0 / 3));
  CHECK(found.comparison.chance.loss == doctest::Approx(std::log(3.0)));
  CHECK(found.test.accuracy.low > 1.0 / 3);
  o.task.permute_labels = true;
  const SearchResult nothing = search(rule, o.objective(data()), o, {});
  CHECK_FALSE(nothing.comparison.chance.beaten);
  CHECK(nothing.test.accuracy.low <= 1.0 / 3);
}
