#include "objectives/few_shot/baselines.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "../../search/small_data.hpp"

using namespace rule_search;

namespace {

// Six classes are too few to split, so every part has all of them.
const Dataset& data() {
  static const Dataset set = test::noisy_pictures("small", 6, 60, 5);
  return set;
}

Tasks tasks_of(const Network& network) {
  const TaskShape shape{4, 6, 5};
  return {&data(), nullptr, make_split(data(), shape, 7), shape, network, 7};
}

const Network deep{{12, 8, 7, 6}, 10};

struct Answered {
  double loss = 0;
  double accuracy = 0;
};

// One layer from the pixels to the classes, one gradient step a sample: what "linear softmax" promises, from
// the episode's numbers alone.
Answered linear_softmax(const Episode& e, double eta) {
  const std::size_t inputs = 12;
  const std::size_t classes = 6;
  std::vector<double> w = e.weights.at(0);
  REQUIRE(w.size() == inputs * classes);
  const auto shares = [&](const Samples& s, std::size_t k) {
    std::vector<double> p(classes);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      double z = 0;
      for (std::size_t i = 0; i < inputs; ++i) z += w[c * inputs + i] * s.x[k * inputs + i];
      sum += p[c] = std::exp(z);
    }
    for (double& x : p) x /= sum;
    return p;
  };
  for (std::size_t k = 0; k < e.train.label.size(); ++k) {
    const std::vector<double> p = shares(e.train, k);
    for (std::size_t c = 0; c < classes; ++c) {
      const double error = p[c] - (e.train.label[k] == static_cast<int>(c) ? 1 : 0);
      for (std::size_t i = 0; i < inputs; ++i) w[c * inputs + i] -= eta * error * e.train.x[k * inputs + i];
    }
  }
  Answered out;
  const double queries = static_cast<double>(e.query.label.size());
  for (std::size_t k = 0; k < e.query.label.size(); ++k) {
    const std::vector<double> p = shares(e.query, k);
    const auto label = static_cast<std::size_t>(e.query.label[k]);
    out.loss -= std::log(p[label]) / queries;
    bool best = true;
    for (std::size_t c = 0; c < classes; ++c) best = best && (c == label || p[c] < p[label]);
    out.accuracy += best ? 1 / queries : 0;
  }
  return out;
}

// By |x|^2 - 2 x m + |m|^2 without |x|^2, which is the same for all classes.
double nearest_class_mean(const Episode& e) {
  const std::size_t inputs = 12;
  std::vector<std::vector<double>> mean(6, std::vector<double>(inputs, 0.0));
  std::vector<double> count(6, 0.0);
  for (int label : e.train.label) count[static_cast<std::size_t>(label)] += 1;
  for (std::size_t k = 0; k < e.train.label.size(); ++k) {
    const auto c = static_cast<std::size_t>(e.train.label[k]);
    for (std::size_t i = 0; i < inputs; ++i) mean[c][i] += e.train.x[k * inputs + i] / count[c];
  }
  double right = 0;
  for (std::size_t k = 0; k < e.query.label.size(); ++k) {
    const auto above = [&](std::size_t c) {
      double sum = 0;
      for (std::size_t i = 0; i < inputs; ++i)
        sum += mean[c][i] * mean[c][i] - 2 * mean[c][i] * e.query.x[k * inputs + i];
      return sum;
    };
    const auto label = static_cast<std::size_t>(e.query.label[k]);
    bool nearest = true;
    for (std::size_t c = 0; c < 6; ++c) {
      if (count[c] > 0 && c != label) nearest = nearest && above(c) > above(label);
    }
    right += nearest ? 1 : 0;
  }
  return right / static_cast<double>(e.query.label.size());
}

Rule with_eta(const BaselineKind& kind, double eta) {
  Rule rule = kind.rule();
  rule.parameters[0].initial = {eta};
  return rule;
}

}  // namespace

TEST_CASE("the nearest class mean is the one that plain loops find, on every episode") {
  const Tasks tasks = tasks_of(deep);
  const TaskSource source = tasks.source(deep, Feedback::fixed);
  const Score s = score_nearest_class_mean(draws(source, Part::test), 20);
  REQUIRE(s.accuracies.size() == 20);
  for (std::size_t k = 0; k < 20; ++k) {
    CAPTURE(k);
    CHECK(s.accuracies[k] == doctest::Approx(nearest_class_mean(source.draw(Part::test, k))));
  }
  // A task that is all right or all wrong would tell nothing.
  CHECK(s.accuracy.mean > 0.4);
  CHECK(s.accuracy.mean < 0.98);
  CHECK(s.accuracy.high <= 1);
  CHECK(std::isnan(s.loss.mean));
  CHECK(s.loss.count == 0);
}

TEST_CASE("linear softmax is one gradient step a sample from the pixels, whatever network the search has") {
  const BaselineKind& kind = baseline_kind("linear_softmax");
  const Tasks tasks = tasks_of(deep);
  const Network shallow = kind.network(deep);
  CHECK(shallow.layers == std::vector<int>{12, 6});
  const TaskSource source = tasks.source(shallow, kind.feedback);
  for (double eta : {0.0, 0.05, 0.4}) {
    CAPTURE(eta);
    const EpisodeSource test = draws(source, Part::test);
    const Score twice = score(kind.rule(), {eta}, shallow, kind.feedback, test, 12, false, Precision::float64);
    const Score single = score(kind.rule(), {eta}, shallow, kind.feedback, test, 12);
    for (std::size_t k = 0; k < 12; ++k) {
      CAPTURE(k);
      const Answered plain = linear_softmax(source.draw(Part::test, k), eta);
      CHECK(twice.losses[k] == doctest::Approx(plain.loss).epsilon(1e-10));
      CHECK(twice.accuracies[k] == doctest::Approx(plain.accuracy));
      CHECK(single.losses[k] == doctest::Approx(plain.loss).epsilon(1e-4));
    }
  }
}

TEST_CASE(
    "the learning rate of a baseline is fitted on search episodes to where plain loops have their least "
    "loss") {
  const BaselineKind& kind = baseline_kind("linear_softmax");
  const Tasks tasks = tasks_of(deep);
  const TaskSource source = tasks.source(kind.network(deep), kind.feedback);
  Steps steps;
  ComparisonRequest request;
  request.fit_units = 8;
  const double eta = fit_baseline(kind, tasks, request, steps).theta.at(0);
  const auto best = [&](Part part) {
    const auto loss = [&](double at) {
      double sum = 0;
      for (std::size_t k = 0; k < 8; ++k) sum += linear_softmax(source.draw(part, k), at).loss;
      return sum;
    };
    double low = 0;
    double high = 2;
    while (high - low > 1e-6) {
      const double a = low + (high - low) / 3;
      const double b = high - (high - low) / 3;
      (loss(a) < loss(b) ? high : low) = loss(a) < loss(b) ? b : a;
    }
    return low;
  };
  CHECK(eta == doctest::Approx(best(Part::search)).epsilon(0.01));
  // Fitted on what it is scored on, it would be found elsewhere.
  CHECK(best(Part::test) != doctest::Approx(best(Part::search)).epsilon(0.02));
}

TEST_CASE("without a hidden layer no error travels back, so all gradient baselines are linear softmax") {
  const Network shallow{{12, 6}, 10};
  const Tasks tasks = tasks_of(shallow);
  for (const char* name : {"feedback_alignment", "direct_feedback_alignment", "sign_symmetric", "backpropagation"}) {
    CAPTURE(name);
    const BaselineKind& kind = baseline_kind(name);
    const TaskSource source = tasks.source(shallow, kind.feedback);
    const Score s = score(with_eta(kind, 0.2), {0.2}, shallow, kind.feedback, draws(source, Part::test), 3, false,
                          Precision::float64);
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(s.losses[k] == doctest::Approx(linear_softmax(source.draw(Part::test, k), 0.2).loss).epsilon(1e-10));
  }
}

TEST_CASE("all baselines answer the queries that the found rule is asked") {
  const Tasks tasks = tasks_of(deep);
  const Episode own = tasks.source(deep, Feedback::fixed).draw(Part::test, 3);
  for (const BaselineKind& kind : baseline_kinds()) {
    CAPTURE(kind.name);
    const Episode e = tasks.source(kind.network(deep), kind.feedback).draw(Part::test, 3);
    CHECK(e.train.x == own.train.x);
    CHECK(e.train.label == own.train.label);
    CHECK(e.query.x == own.query.x);
    CHECK(e.query.label == own.query.label);
    if (!kind.linear) CHECK(e.weights == own.weights);
  }
}

TEST_CASE("every baseline is fitted and scored once, in the order of the tables") {
  std::vector<std::string> started;
  std::size_t told = 0;
  Steps steps;
  const ComparisonRequest request{3,
                                  4,
                                  2,
                                  false,
                                  [&](const std::string& title) { started.push_back(title); },
                                  [&](std::size_t episodes, double) { told += episodes; }};
  const std::vector<Baseline> all = run_baselines(tasks_of(deep), request, steps);
  REQUIRE(all.size() == baseline_kinds().size());
  std::set<std::string> names;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const BaselineKind& kind = baseline_kinds()[k];
    CAPTURE(kind.name);
    names.insert(kind.name);
    CHECK(all[k].name == kind.name);
    CHECK(started.at(k) == kind.title);
    CHECK(all[k].test.accuracies.size() == 4);
    CHECK(all[k].fitted.theta.size() == (kind.has_rule() ? kind.rule().parameters.size() : 0));
    CHECK(std::isfinite(all[k].test.loss.mean) == kind.has_rule());
    // Angles to W' say nothing of one connection.
    CHECK(all[k].test.alignment.empty() == kind.linear);
  }
  CHECK(names.size() == 8);
  CHECK(told > 8 * 4);
}
