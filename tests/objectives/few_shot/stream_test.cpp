#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "../../files.hpp"
#include "../../search/small_data.hpp"
#include "objectives/few_shot/learner.hpp"
#include "objectives/few_shot/objective.hpp"

using namespace rule_search;

namespace {

const Dataset& data() {
  static const Dataset set = test::noisy_pictures("small", 6, 60, 5);
  return set;
}

// 360 images: 252 for search, 54 for validation, 54 for test.
TaskShape of(int images) {
  TaskShape shape;
  shape.queries = 5;
  shape.stream = images;
  return shape;
}

const Network deep{{12, 8, 7, 6}, 10};

TaskSource source(const TaskShape& shape, const Network& network = deep, Feedback feedback = Feedback::fixed) {
  return {data(), make_split(data(), shape, 7), shape, network, feedback, 7};
}

// Which image a sample is, by its pixels.
std::multiset<std::vector<double>> pictures(const Samples& s) {
  std::multiset<std::vector<double>> out;
  for (int k = 0; k < s.size; ++k) out.insert({s.x.begin() + 12 * k, s.x.begin() + 12 * (k + 1)});
  return out;
}

}  // namespace

TEST_CASE("a stream has so many images of all classes, each once, and asks as many of every class") {
  const TaskSource tasks = source(of(200));
  for (Part part : {Part::search, Part::validation, Part::test}) {
    CAPTURE(name(part));
    const Episode e = tasks.draw(part, 3);
    CHECK(e.train.size == 200);
    CHECK(e.query.size == 30);
    for (int c = 0; c < 6; ++c) CHECK(std::count(e.query.label.begin(), e.query.label.end(), c) == 5);
    CHECK(std::set<int>(e.train.label.begin(), e.train.label.end()).size() == 6);
    const auto learnt = pictures(e.train);
    for (const auto& picture : pictures(e.query)) CHECK(learnt.count(picture) == 0);
  }
}

TEST_CASE("images that a test asks are in no stream") {
  const TaskShape shape = of(100);
  const TaskSource tasks = source(shape);
  std::multiset<std::vector<double>> asked;
  for (std::uint64_t k = 0; k < 30; ++k) asked.merge(pictures(tasks.draw(Part::test, k).query));
  for (Part part : {Part::search, Part::validation, Part::test}) {
    for (std::uint64_t k = 0; k < 10; ++k) {
      for (const auto& picture : pictures(tasks.draw(part, k).train)) CHECK(asked.count(picture) == 0);
    }
  }
}

TEST_CASE("a stream can be as long as there are images to learn from, and no longer") {
  CHECK(source(of(306)).draw(Part::test, 0).train.size == 306);
  CHECK(images_to_learn_from(make_split(data(), of(1), 7), of(1), Part::test) == 306);
  CHECK(images_to_learn_from(make_split(data(), of(1), 7), of(1), Part::search) == 252 - 30);
  CHECK_HAS(test::error_of([] { make_split(data(), of(307), 7); }),
            "a stream of 307 images, but 306 are there to learn from (85 % of 360)");
  CHECK_HAS(test::error_of([] { source(of(306)).draw(Part::search, 0); }),
            "a stream of 306 images, but 222 are there to learn from for search");
}

TEST_CASE("answers on the way are those after as many samples, and the last are those of the end") {
  const TaskSource tasks = source(of(100));
  const Rule rule = check_rule({"r", "param eta = 0.1\ndw = -eta * err_post * pre'\n"});
  const plan::Plan plan = plan::lower(rule);
  for (FirstLayer form : {FirstLayer::weights, FirstLayer::by_sample}) {
    Learner<double> learner(plan, deep, Feedback::fixed, {}, form);
    const Episode whole = tasks.draw(Part::test, 1);
    Wanted wanted;
    wanted.probes = 4;
    const Outcome watched = learner.run(whole, {0.1}, wanted);
    REQUIRE(watched.probes.size() == 4);
    const Outcome unwatched = learner.run(whole, {0.1});
    CHECK(watched.loss == doctest::Approx(unwatched.loss).epsilon(1e-12));
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(watched.probes[k].samples == static_cast<int>(25 * (k + 1)));
      Episode shorter = whole;
      shorter.train.size = watched.probes[k].samples;
      shorter.train.x.resize(static_cast<std::size_t>(12 * shorter.train.size));
      shorter.train.label.resize(static_cast<std::size_t>(shorter.train.size));
      const Outcome there = learner.run(shorter, {0.1});
      CHECK(watched.probes[k].loss == doctest::Approx(there.loss).epsilon(1e-12));
      CHECK(watched.probes[k].accuracy == doctest::Approx(there.accuracy));
    }
  }
}

TEST_CASE(
    "feedback weights learn before the stream, from images of other classes, and from 0 where there is no warm-up") {
  Network network = deep;
  network.dtp.warm_up = 40;
  const TaskShape shape{2, 6, 4};
  const auto largest = [](const std::vector<double>& w) {
    double out = 0;
    for (double x : w) out = std::max(out, std::abs(x));
    return out;
  };
  const Episode warm = source(shape, network, Feedback::dtp).draw(Part::test, 0);
  REQUIRE(warm.feedback_weights.size() == 3);
  CHECK(largest(warm.feedback_weights[0]) > 0.01);
  CHECK(largest(warm.feedback_weights[1]) > 0.01);
  CHECK(largest(warm.feedback_weights[2]) == 0);  // the transposed weights take its place
  network.dtp.top = TargetPropagation::Top::net;
  CHECK(largest(source(shape, network, Feedback::dtp).draw(Part::test, 0).feedback_weights[2]) > 0.01);
  network.dtp.warm_up = 0;
  const Episode cold = source(shape, network, Feedback::dtp).draw(Part::test, 0);
  for (const auto& w : cold.feedback_weights) CHECK(largest(w) == 0);
  // Neither classes and images nor forward weights depend on it.
  CHECK(cold.train.x == warm.train.x);
  CHECK(cold.weights == warm.weights);
}
