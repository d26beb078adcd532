#include "objectives/few_shot/task.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "../../files.hpp"
#include "base/random.hpp"
#include "objectives/few_shot/batch.hpp"

using namespace rule_search;
using namespace rule_search::test;

namespace {

// Four pixels an image that spell its number, so that a sample tells which image it is.
Dataset numbered(int classes, int images) {
  Dataset set;
  set.name = set.folder = "numbered";
  set.rows = set.cols = 2;
  set.classes = classes;
  set.images_of_class.resize(static_cast<std::size_t>(classes));
  for (int k = 0; k < classes * images; ++k) {
    for (int shift : {0, 8, 16, 24}) set.pixels.push_back(static_cast<std::uint8_t>(k >> shift));
    set.label.push_back(k % classes);
    set.images_of_class[static_cast<std::size_t>(k % classes)].push_back(k);
  }
  return set;
}

std::vector<int> images_in(const Samples& samples) {
  std::vector<int> out;
  for (std::size_t k = 0; k < static_cast<std::size_t>(samples.size); ++k) {
    int image = 0;
    for (int i = 3; i >= 0; --i) {
      image = image * 256 + static_cast<int>(std::lround(samples.x[4 * k + static_cast<std::size_t>(i)] * 255));
    }
    out.push_back(image);
  }
  return out;
}

bool same(const Samples& a, const Samples& b) { return a.size == b.size && a.x == b.x && a.label == b.label; }

constexpr Part parts[] = {Part::search, Part::validation, Part::test};
const TaskShape small{3, 4, 2};

TaskSource source(const Dataset& data, Feedback feedback, std::uint64_t seed = 1) {
  return {data, make_split(data, small, seed), small, {{4, 6, 5, data.classes}, 10}, feedback, seed};
}

double largest(const std::vector<double>& m) {
  double out = 0;
  for (double x : m) out = std::max(out, std::abs(x));
  return out;
}

}  // namespace

TEST_CASE("random numbers are the same on every machine") {
  Random random(1, 2, 3);
  // The first numbers of this generator; results of earlier runs depend on them.
  CHECK(random.next() == 15088648202330738050ULL);
  CHECK(random.next() == 13531625211605412088ULL);
  CHECK(random.uniform(-0.3, 0.3) == -0x1.2e7675db3c4cdp-10);
}

TEST_CASE("random streams differ by seed, stream and index") {
  std::set<std::uint64_t> first;
  for (std::uint64_t a = 0; a < 8; ++a) {
    for (std::uint64_t b = 0; b < 8; ++b) {
      for (std::uint64_t c = 0; c < 8; ++c) first.insert(Random(a, b, c).next());
    }
  }
  CHECK(first.size() == 512);
}

TEST_CASE("random numbers are even and in range") {
  Random random(7);
  std::vector<int> count(6, 0);
  double sum = 0;
  for (int k = 0; k < 60000; ++k) {
    ++count[random.below(6)];
    const double u = random.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    const double v = random.uniform(2, 5);
    REQUIRE(v >= 2);
    REQUIRE(v <= 5);
    sum += v;
  }
  for (int c : count) CHECK(std::abs(c - 10000) < 500);
  CHECK(sum / 60000 == doctest::Approx(3.5).epsilon(0.01));
  CHECK(random.below(1) == 0);
  std::vector<int> items{0, 1, 2, 3, 4, 5, 6, 7};
  random.shuffle(items);
  CHECK(std::set<int>(items.begin(), items.end()).size() == 8);
}

TEST_CASE("classes are split, all are used, none twice") {
  const Dataset data = numbered(47, 60);
  const Split split = make_split(data, {}, 1);
  CHECK(split.by_class);
  CHECK(split.classes[0].size() == 21);
  CHECK(split.classes[1].size() == 10);
  CHECK(split.classes[2].size() == 16);
  CHECK_HAS(split.description, "47 classes split into 21 for search, 10 for validation, 16 for test");
  std::set<int> seen;
  for (std::size_t p = 0; p < 3; ++p) {
    REQUIRE(split.images[p].size() == split.classes[p].size());
    for (std::size_t k = 0; k < split.classes[p].size(); ++k) {
      CHECK(seen.insert(split.classes[p][k]).second);
      CHECK(split.images[p][k] == data.images_of_class[static_cast<std::size_t>(split.classes[p][k])]);
    }
  }
  CHECK(seen.size() == 47);
  CHECK(make_split(data, {}, 1).classes == split.classes);
  CHECK(make_split(data, {}, 2).classes != split.classes);
}

TEST_CASE("few classes: the images are split") {
  const Dataset data = numbered(10, 300);
  const Split split = make_split(data, {}, 1);
  CHECK_FALSE(split.by_class);
  CHECK_HAS(split.description, "too few to split");
  std::set<int> seen;
  for (std::size_t p = 0; p < 3; ++p) {
    REQUIRE(split.classes[p].size() == 10);
    for (std::size_t k = 0; k < 10; ++k) {
      CHECK(split.images[p][k].size() == (p == 0 ? 135 : p == 1 ? 66 : 99));
      for (int image : split.images[p][k]) {
        CHECK(seen.insert(image).second);
        CHECK(data.label[static_cast<std::size_t>(image)] == split.classes[p][k]);
      }
    }
  }
  CHECK(seen.size() == 3000);
  CHECK(make_split(data, {}, 1).images == split.images);
}

TEST_CASE("classes are split as soon as every part has two more than a task takes") {
  // Validation, the smallest part, gets 31 - 14 - 10 = 7 classes of 31, and 29 - 13 - 10 = 6 of 29.
  CHECK(make_split(numbered(31, 60), {}, 1).by_class);
  CHECK_FALSE(make_split(numbered(29, 300), {}, 1).by_class);
}

TEST_CASE("labels without images are no classes") {
  Dataset data = numbered(47, 60);
  data.classes = 49;
  data.images_of_class.resize(49);
  const Split split = make_split(data, {}, 1);
  CHECK(split.classes[0].size() + split.classes[1].size() + split.classes[2].size() == 47);
}

TEST_CASE("data too small for the task are told") {
  const std::string classes = error_of([] { make_split(numbered(4, 60), {}, 1); });
  CHECK_HAS(classes, "numbered: 4 classes, but a task needs 5");
  CHECK_HAS(classes, "‹ways› 4");

  const std::string images = error_of([] { make_split(numbered(47, 59), {}, 1); });
  CHECK_HAS(images, "has 59 images for search, but a task needs 60 (50 shots and 10 queries)");
  CHECK_HAS(images, "‹shots› or ‹queries›");

  const std::string shared = error_of([] { make_split(numbered(10, 200), {}, 1); });
  CHECK_HAS(shared, "has 44 images for validation, but a task needs 60");

  CHECK_HAS(error_of([] { make_split(numbered(10, 200), {0, 1, 1}, 1); }), "expected at least 1 way");
}

TEST_CASE("a network that does not fit the data is told") {
  const Dataset data = numbered(47, 60);
  for (const std::vector<int>& layers : {std::vector<int>{5, 6, 47}, {4, 6, 46}, {4}}) {
    const std::string error = error_of([&] {
      const TaskSource tasks(data, make_split(data, small, 1), small, {layers, 10}, Feedback::fixed, 1);
    });
    CHECK_HAS(error, "expected a network of 4 inputs (one a pixel) and 47 outputs (one a class), found layers");
  }
}

TEST_CASE("an episode holds what its shape says, of its part only") {
  for (int classes : {47, 10}) {
    const Dataset data = numbered(classes, 60);
    const TaskSource tasks = source(data, Feedback::fixed);
    const Split split = make_split(data, small, 1);
    for (Part part : parts) {
      std::set<int> allowed;
      for (const auto& images : split.images[static_cast<std::size_t>(part)])
        allowed.insert(images.begin(), images.end());
      for (std::uint64_t index = 0; index < 20; ++index) {
        const Episode e = tasks.draw(part, index);
        std::map<int, int> train;
        std::map<int, int> query;
        for (int label : e.train.label) ++train[label];
        for (int label : e.query.label) ++query[label];
        REQUIRE(train.size() == 3);
        REQUIRE(query.size() == 3);
        for (const auto& [label, count] : train) {
          CHECK(count == 4);
          CHECK(query[label] == 2);
        }
        std::vector<int> images = images_in(e.train);
        const std::vector<int> asked = images_in(e.query);
        for (std::size_t k = 0; k < images.size(); ++k) {
          CHECK(data.label[static_cast<std::size_t>(images[k])] == e.train.label[k]);
        }
        images.insert(images.end(), asked.begin(), asked.end());
        CHECK(std::set<int>(images.begin(), images.end()).size() == 18);
        for (int image : images) CHECK(allowed.count(image) == 1);
      }
    }
  }
}

TEST_CASE("the stream is mixed") {
  const Dataset data = numbered(47, 60);
  const TaskSource tasks = source(data, Feedback::fixed);
  int in_order = 0;
  for (std::uint64_t index = 0; index < 20; ++index) {
    const std::vector<int> labels = tasks.draw(Part::search, index).train.label;
    int changes = 0;
    for (std::size_t k = 1; k < labels.size(); ++k) changes += labels[k] != labels[k - 1];
    in_order += changes == 2;
  }
  CHECK(in_order < 3);
}

TEST_CASE("the same number gives the same episode, another number, part or seed another") {
  const Dataset data = numbered(47, 60);
  const TaskSource tasks = source(data, Feedback::fixed);
  const TaskSource again = source(data, Feedback::fixed);
  const Episode a = tasks.draw(Part::search, 5);
  tasks.draw(Part::search, 6);
  const Episode b = again.draw(Part::search, 5);
  CHECK(same(a.train, b.train));
  CHECK(same(a.query, b.query));
  CHECK(a.weights == b.weights);
  CHECK(a.feedback_weights == b.feedback_weights);
  for (const Episode& other : {tasks.draw(Part::search, 6), tasks.draw(Part::test, 5),
                               source(data, Feedback::fixed, 2).draw(Part::search, 5)}) {
    CHECK_FALSE(same(a.train, other.train));
    CHECK(a.weights != other.weights);
    CHECK(a.feedback_weights != other.feedback_weights);
  }
}

TEST_CASE("an episode drawn in the place of another one keeps nothing of it") {
  const Dataset data = numbered(9, 30);
  const auto dtp = [&](int warm_up) {
    Network network{{4, 6, 5, data.classes}, 10};
    network.dtp.warm_up = warm_up;
    return TaskSource(data, make_split(data, small, 1), small, network, Feedback::dtp, 1);
  };
  std::vector<TaskSource> sources = {dtp(0), dtp(3)};
  for (const Feedback feedback : {Feedback::fixed, Feedback::direct, Feedback::sign, Feedback::symmetric})
    sources.push_back(source(data, feedback));
  for (const TaskSource& before : sources) {
    for (const TaskSource& after : sources) {
      Episode used = before.draw(Part::validation, 7);
      used.noise = {{{1.0}}};
      after.draw(Part::test, 2, used);
      const Episode fresh = after.draw(Part::test, 2);
      CHECK(same(used.train, fresh.train));
      CHECK(same(used.query, fresh.query));
      CHECK(used.weights == fresh.weights);
      CHECK(used.feedback_weights == fresh.feedback_weights);
      CHECK(used.noise.empty());
      CHECK(used.feedback == fresh.feedback);
      CHECK(used.prepared == nullptr);
    }
  }
}

TEST_CASE("episodes of a source that are held stay what they are; those that are not give their memory to the next") {
  const Dataset data = numbered(9, 30);
  const TaskSource tasks = source(data, Feedback::fixed);
  const EpisodeSource drawn = draws(tasks, Part::search);
  std::shared_ptr<const Episode> zero = drawn(0);
  const std::shared_ptr<const Episode> one = drawn(1);
  CHECK(zero->weights == tasks.draw(Part::search, 0).weights);
  CHECK(one->weights == tasks.draw(Part::search, 1).weights);
  const double* const memory = zero->weights[0].data();
  zero.reset();
  const std::shared_ptr<const Episode> two = drawn(2);
  CHECK(two->weights[0].data() == memory);
  CHECK(two->weights == tasks.draw(Part::search, 2).weights);
  CHECK(one->weights == tasks.draw(Part::search, 1).weights);
}

TEST_CASE("a thread gets the episode that it asked for last once more, and what others hold stays what it is") {
  const Dataset data = numbered(9, 30);
  const TaskSource tasks = source(data, Feedback::fixed);
  const EpisodeSource recent = last_drawn(tasks, Part::search);
  std::shared_ptr<const Episode> zero = recent(0);
  CHECK(recent(0) == zero);
  std::shared_ptr<const Episode> one = recent(1);
  CHECK(one != zero);
  CHECK(zero->weights == tasks.draw(Part::search, 0).weights);
  CHECK(one->weights == tasks.draw(Part::search, 1).weights);
  CHECK(same(one->train, tasks.draw(Part::search, 1).train));
  const double* const memory = one->weights[0].data();
  one.reset();
  CHECK(recent(2)->weights[0].data() == memory);
  CHECK(recent(2)->weights == tasks.draw(Part::search, 2).weights);
}

TEST_CASE("every kind of feedback gets the same draws") {
  const Dataset data = numbered(47, 60);
  const Episode fixed = source(data, Feedback::fixed).draw(Part::test, 3);
  for (Feedback feedback : {Feedback::symmetric, Feedback::direct, Feedback::sign}) {
    const Episode e = source(data, feedback).draw(Part::test, 3);
    CHECK(e.feedback == feedback);
    CHECK(same(e.train, fixed.train));
    CHECK(same(e.query, fixed.query));
    CHECK(e.weights == fixed.weights);
    if (feedback == Feedback::symmetric) CHECK(e.feedback_weights.empty());
    if (feedback == Feedback::sign) {
      REQUIRE(e.feedback_weights.size() == 3);
      for (std::size_t l = 0; l < 3; ++l) {
        REQUIRE(e.feedback_weights[l].size() == fixed.feedback_weights[l].size());
        for (std::size_t k = 0; k < e.feedback_weights[l].size(); ++k) {
          CHECK(e.feedback_weights[l][k] == std::abs(fixed.feedback_weights[l][k]));
        }
      }
    }
  }
}

TEST_CASE("weights have Xavier's range, feedback its own numbers") {
  const Dataset data = numbered(47, 60);
  const std::vector<int> n{4, 6, 5, 47};
  const Episode fixed = source(data, Feedback::fixed).draw(Part::search, 0);
  const Episode direct = source(data, Feedback::direct).draw(Part::search, 0);
  for (std::size_t l = 0; l < 3; ++l) {
    const double bound = std::sqrt(6.0 / (n[l] + n[l + 1]));
    const std::size_t size = static_cast<std::size_t>(n[l]) * static_cast<std::size_t>(n[l + 1]);
    CHECK(fixed.weights[l].size() == size);
    CHECK(fixed.feedback_weights[l].size() == size);
    CHECK(fixed.weights[l] != fixed.feedback_weights[l]);
    const double direct_bound = std::sqrt(6.0 / (n[l] + 47));
    CHECK(direct.feedback_weights[l].size() == static_cast<std::size_t>(n[l] * 47));
    for (const auto& [m, b] : {std::pair{fixed.weights[l], bound},
                               {fixed.feedback_weights[l], bound},
                               {direct.feedback_weights[l], direct_bound}}) {
      CHECK(largest(m) <= b);
      CHECK(largest(m) > 0.8 * b);
    }
  }
}
