#include "objectives/few_shot/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "objectives/few_shot/warm_up.hpp"

namespace rule_search {

namespace {

// Streams of random numbers, one a purpose, so that a draw for one never shifts another.
enum Stream : std::uint64_t {
  split_stream = 1,
  task_stream = 16,
  weight_stream = 32,
  feedback_stream = 48,
  direct_stream = 64,
  label_stream = 80,
  warm_up_stream = 96
};

struct Shares {
  double search, test;
};
constexpr Shares of_tasks = {0.45, 0.33};
constexpr Shares of_streams = {0.7, 0.15};  // streams are long

std::array<std::size_t, 3> sizes(std::size_t n, Shares shares = of_tasks) {
  const auto first = static_cast<std::size_t>(std::lround(shares.search * static_cast<double>(n)));
  const auto last = static_cast<std::size_t>(std::lround(shares.test * static_cast<double>(n)));
  return {first, n - first - last, last};
}

const char* name(std::size_t part) { return part == 0 ? "search" : part == 1 ? "validation" : "test"; }

// What a byte of an image is to a network: 0 to 1.
constexpr std::array<double, 256> brightness = [] {
  std::array<double, 256> out{};
  for (std::size_t byte = 0; byte < out.size(); ++byte) out[byte] = static_cast<double>(byte) / 255.0;
  return out;
}();

// Xavier's uniform range (Glorot & Bengio 2010). `m` keeps its memory where it has as many numbers already.
void xavier(Random& random, int rows, int cols, int in, int out, std::vector<double>& m) {
  const double bound = std::sqrt(6.0 / (in + out));
  m.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
  for (double& x : m) x = random.uniform(-bound, bound);
}

}  // namespace

namespace {

// Every part has all classes and other images of them.
void split_images(Split& split, const Dataset& data, const std::vector<int>& classes, Shares shares, Random& random) {
  for (int c : classes) {
    std::vector<int> images = data.images_of_class[static_cast<std::size_t>(c)];
    random.shuffle(images);
    const std::array<std::size_t, 3> counts = sizes(images.size(), shares);
    auto from = images.begin();
    for (std::size_t p = 0; p < 3; ++p) {
      const auto until = from + static_cast<std::ptrdiff_t>(counts[p]);
      split.classes[p].push_back(c);
      split.images[p].emplace_back(from, until);
      from = until;
    }
  }
}

std::size_t count(const std::vector<std::vector<int>>& images) {
  std::size_t sum = 0;
  for (const auto& of_class : images) sum += of_class.size();
  return sum;
}

Split make_stream_split(const Dataset& data, const TaskShape& shape, const std::vector<int>& classes, Random& random) {
  Split split;
  split.by_class = false;
  split_images(split, data, classes, of_streams, random);
  split.description = fmt::format(
      "images of all {} classes split 70 : 15 : 15; the stream of a test is of images for search and validation",
      classes.size());
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t k = 0; k < classes.size(); ++k) {
      if (split.images[p][k].size() >= static_cast<std::size_t>(shape.queries)) continue;
      throw InputError(
          fmt::format("{}: class {} has {} images for {}, but {} are to be asked\n  hint: make ‹queries› smaller",
                      data.folder, classes[k], split.images[p][k].size(), name(p), shape.queries));
    }
  }
  const std::size_t all = count(split.images[0]) + count(split.images[1]);
  if (static_cast<std::size_t>(shape.stream) > all)
    throw InputError(
        fmt::format("{}: a stream of {} images, but {} are there to learn from (85 % of {})\n  hint: make ‹stream› "
                    "smaller",
                    data.folder, shape.stream, all, data.label.size()));
  return split;
}

}  // namespace

Split make_split(const Dataset& data, const TaskShape& shape, std::uint64_t seed) {
  std::vector<int> classes;
  for (int c = 0; c < data.classes; ++c) {
    if (!data.images_of_class[static_cast<std::size_t>(c)].empty()) classes.push_back(c);
  }
  if (shape.stream > 0) {
    Random random(seed, split_stream);
    random.shuffle(classes);
    return make_stream_split(data, shape, classes, random);
  }
  if (shape.ways < 1 || shape.shots < 0 || shape.queries < 1) {
    throw InputError(
        fmt::format("a task of {} ways, {} shots and {} queries: expected at least 1 way, 0 shots and 1 "
                    "query\n  hint: ‹ways›, ‹shots›, ‹queries›",
                    shape.ways, shape.shots, shape.queries));
  }
  const auto ways = static_cast<std::size_t>(shape.ways);
  if (classes.size() < ways)
    throw InputError(fmt::format("{}: {} class{}, but a task needs {}\n  hint: {}other data by ‹data› DIR", data.folder,
                                 classes.size(), classes.size() == 1 ? "" : "es", ways,
                                 classes.size() < 2 ? "" : fmt::format("‹ways› {}, or ", classes.size())));
  Random random(seed, split_stream);
  random.shuffle(classes);

  Split split;
  const std::array<std::size_t, 3> parts = sizes(classes.size());
  split.by_class = std::min({parts[0], parts[1], parts[2]}) >= ways + 2;
  if (split.by_class) {
    std::size_t at = 0;
    for (std::size_t p = 0; p < 3; ++p) {
      for (std::size_t k = 0; k < parts[p]; ++k, ++at) {
        split.classes[p].push_back(classes[at]);
        split.images[p].push_back(data.images_of_class[static_cast<std::size_t>(classes[at])]);
      }
    }
    split.description = fmt::format("{} classes split into {} for search, {} for validation, {} for test",
                                    classes.size(), parts[0], parts[1], parts[2]);
  } else {
    split_images(split, data, classes, of_tasks, random);
    split.description = fmt::format(
        "{} classes are too few to split for {}-way tasks, so the images of every class are split 45 : 22 : "
        "33; test tasks have seen classes and unseen images",
        classes.size(), ways);
  }
  const std::size_t needed = static_cast<std::size_t>(shape.shots) + static_cast<std::size_t>(shape.queries);
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t k = 0; k < split.images[p].size(); ++k) {
      if (split.images[p][k].size() >= needed) continue;
      throw InputError(fmt::format(
          "{}: class {} has {} images for {}, but a task needs {} ({} shots and {} queries)\n  "
          "hint: make ‹shots› or ‹queries› smaller",
          data.folder, split.classes[p][k], split.images[p][k].size(), name(p), needed, shape.shots, shape.queries));
    }
  }
  return split;
}

std::size_t images_to_learn_from(const Split& split, const TaskShape& shape, Part part) {
  const auto p = static_cast<std::size_t>(part);
  if (part == Part::search)
    return count(split.images[0]) - split.images[0].size() * static_cast<std::size_t>(shape.queries);
  std::size_t sum = 0;
  for (std::size_t k = 0; k < p; ++k) sum += count(split.images[k]);
  return sum;
}

TaskSource::TaskSource(const Dataset& data, Split split, TaskShape shape, Network network, Feedback feedback,
                       std::uint64_t seed)
    : data_(data),
      split_(std::move(split)),
      shape_(shape),
      network_(std::move(network)),
      feedback_(feedback),
      seed_(seed) {
  const int pixels = data_.rows * data_.cols;
  if (network_.layers.size() < 2 || network_.layers.front() != pixels || network_.layers.back() != data_.classes) {
    throw InputError(
        fmt::format("{}: expected a network of {} inputs (one a pixel) and {} outputs (one a class), found "
                    "layers {}\n  hint: change the first and the last layer",
                    data_.folder, pixels, data_.classes, fmt::join(network_.layers, "-")));
  }
}

int TaskSource::neurons_into(int layer) const {
  const Graph graph = network_.graph();
  int sum = 0;
  for (const int c : graph.incoming[static_cast<std::size_t>(layer)])
    sum += network_.layers[static_cast<std::size_t>(graph.connections[static_cast<std::size_t>(c)].from)];
  return sum;
}

int TaskSource::neurons_reading(int layer) const {
  const Graph graph = network_.graph();
  int sum = 0;
  for (const int c : graph.readers[static_cast<std::size_t>(layer)])
    sum += network_.layers[static_cast<std::size_t>(graph.connections[static_cast<std::size_t>(c)].to)];
  return sum;
}

// Images of these classes of a part, any of them as likely at every step.
std::vector<double> TaskSource::unlabelled(Part part, std::uint64_t index,
                                           const std::vector<std::size_t>& classes) const {
  const auto p = static_cast<std::size_t>(part);
  Random random(seed_, warm_up_stream + p, index);
  std::vector<double> out;
  const auto inputs = static_cast<std::size_t>(network_.layers.front());
  out.reserve(inputs * static_cast<std::size_t>(network_.dtp.warm_up));
  for (int t = 0; t < network_.dtp.warm_up; ++t) {
    const std::vector<int>& images = split_.images[p][classes[random.below(classes.size())]];
    const std::uint8_t* const pixels = data_.image(images[random.below(images.size())]);
    for (std::size_t i = 0; i < inputs; ++i) out.push_back(pixels[i] / 255.0);
  }
  return out;
}

// `order` becomes that of the classes, those of the task first.
TaskSource::Images TaskSource::images_of_task(Part part, Random& random, std::vector<std::size_t>& order) const {
  const auto p = static_cast<std::size_t>(part);
  Images out;
  random.shuffle(order);
  for (int way = 0; way < shape_.ways; ++way) {
    std::vector<int> images = split_.images[p][order[static_cast<std::size_t>(way)]];
    const auto needed = static_cast<std::size_t>(shape_.shots) + static_cast<std::size_t>(shape_.queries);
    // The first part of a shuffle is enough.
    for (std::size_t k = 0; k < needed; ++k) std::swap(images[k], images[k + random.below(images.size() - k)]);
    out.train.insert(out.train.end(), images.begin(), images.begin() + shape_.shots);
    out.query.insert(out.query.end(), images.begin() + shape_.shots,
                     images.begin() + static_cast<std::ptrdiff_t>(needed));
  }
  random.shuffle(out.train);
  return out;
}

// A rule is searched on images for search alone; those of other parts are asked after a stream of images that no other
// part asks.
TaskSource::Images TaskSource::images_of_stream(Part part, Random& random) const {
  Images out;
  const auto asked = static_cast<std::size_t>(shape_.queries);
  for (std::vector<int> images : split_.images[static_cast<std::size_t>(part)]) {
    random.shuffle(images);
    out.query.insert(out.query.end(), images.begin(), images.begin() + static_cast<std::ptrdiff_t>(asked));
    if (part == Part::search)
      out.train.insert(out.train.end(), images.begin() + static_cast<std::ptrdiff_t>(asked), images.end());
  }
  for (std::size_t p = 0; p < static_cast<std::size_t>(part) && part != Part::search; ++p) {
    for (const std::vector<int>& images : split_.images[p])
      out.train.insert(out.train.end(), images.begin(), images.end());
  }
  if (out.train.size() < static_cast<std::size_t>(shape_.stream))
    throw InputError(
        fmt::format("{}: a stream of {} images, but {} are there to learn from for {}\n  hint: make ‹stream› smaller",
                    data_.folder, shape_.stream, out.train.size(), name(static_cast<std::size_t>(part))));
  random.shuffle(out.train);
  out.train.resize(static_cast<std::size_t>(shape_.stream));
  return out;
}

Episode TaskSource::draw(Part part, std::uint64_t index) const {
  Episode out;
  draw(part, index, out);
  return out;
}

void TaskSource::draw(Part part, std::uint64_t index, Episode& episode) const {
  const auto p = static_cast<std::size_t>(part);
  episode.network = network_;
  episode.feedback = feedback_;
  episode.noise.clear();
  episode.prepared.reset();

  Random random(seed_, task_stream + p, index);
  std::vector<std::size_t> order(split_.classes[p].size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto [train, query] = shape_.stream > 0 ? images_of_stream(part, random) : images_of_task(part, random, order);
  const auto fill = [&](const std::vector<int>& images, Samples& samples) {
    const auto inputs = static_cast<std::size_t>(network_.layers.front());
    samples.size = static_cast<int>(images.size());
    samples.label.clear();
    samples.x.resize(images.size() * inputs);
    double* x = samples.x.data();
    for (int k : images) {
      const std::uint8_t* const pixels = data_.image(k);
      for (std::size_t i = 0; i < inputs; ++i) *x++ = brightness[pixels[i]];
      samples.label.push_back(data_.label[static_cast<std::size_t>(k)]);
    }
  };
  fill(train, episode.train);
  fill(query, episode.query);
  if (shape_.permute_labels) Random(seed_, label_stream + p, index).shuffle(episode.train.label);

  Random weights(seed_, weight_stream + p, index);
  const FeedbackKind& kind = rule_search::kind(feedback_);
  Random feedback(seed_, (kind.shape == FeedbackShape::from_output ? direct_stream : feedback_stream) + p, index);
  const Graph graph = network_.graph();
  const auto neurons = [&](int l) { return network_.layers[static_cast<std::size_t>(l)]; };
  episode.weights.resize(graph.connections.size());
  for (std::size_t k = 0; k < graph.connections.size(); ++k) {
    const Projection& c = graph.connections[k];
    xavier(weights, neurons(c.to), neurons(c.from), neurons_into(c.to), neurons(c.to), episode.weights[k]);
  }
  const std::vector<MatrixShape> shapes = feedback_shapes(feedback_, network_);
  episode.feedback_weights.resize(shapes.size());
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    const auto [rows, cols] = shapes[k];
    std::vector<double>& matrix = episode.feedback_weights[k];
    if (kind.learns) {
      matrix.assign(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols), 0.0);
      continue;
    }
    const int readers =
        kind.shape == FeedbackShape::forward_weights ? neurons_reading(graph.connections[k].from) : rows;
    xavier(feedback, rows, cols, cols, readers, matrix);
    if (kind.magnitudes) {
      for (double& x : matrix) x = std::abs(x);
    }
  }
  if (kind.learns && network_.dtp.warm_up > 0) {
    // Of other classes, or where there are none of images that no test asks.
    const bool others = shape_.stream == 0 && std::ssize(order) > shape_.ways;
    if (others) order.erase(order.begin(), order.begin() + shape_.ways);
    warm_up(episode, unlabelled(others ? part : Part::search, index, order));
  }
}

}  // namespace rule_search
