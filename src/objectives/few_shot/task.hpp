// Few-shot tasks drawn from a data set whose classes (or images) are split into search, validation and test.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "data/dataset.hpp"
#include "fit/part.hpp"
#include "objectives/few_shot/episode.hpp"

namespace rule_search {

struct TaskShape {
  int ways = 5;      ///< classes of a task
  int shots = 50;    ///< images a class in the stream
  int queries = 10;  ///< images a class asked afterwards
  int stream = 0;    ///< where it is not 0: images of the stream, of all classes, in place of ways and shots
  /// The labels of the stream are dealt out anew among its images, so that they tell nothing of them; queries
  /// keep theirs.
  bool permute_labels = false;

  /// Of a stream the classes that there are.
  int classes(int all) const { return stream > 0 ? all : ways; }
  int samples() const { return stream > 0 ? stream : ways * shots; }
};

struct Split {
  bool by_class = true;                     ///< otherwise every part has all classes, and other images of them
  std::array<std::vector<int>, 3> classes;  ///< of each part
  std::array<std::vector<std::vector<int>>, 3> images;  ///< of each class of each part
  std::string description;                              ///< for the report
};

/// Splits classes 45 : 22 : 33 in an order that follows from the seed. Where a part would get fewer than ways
/// + 2 classes, every part has all classes and the images are split instead. For a stream images are split 70 : 15 : 15.
/// Throws InputError where the set has too few classes or images for the task.
Split make_split(const Dataset& data, const TaskShape& shape, std::uint64_t seed);

/// Images that a stream of this part can have.
std::size_t images_to_learn_from(const Split& split, const TaskShape& shape, Part part);

/// Episodes by number. The same (seed, part, number) gives the same classes, images and initial weights,
/// whatever the feedback, so that rules are compared on common random numbers. Thread-safe. The data must
/// outlive it. Throws InputError where the network has not one input a pixel and one output a class.
class TaskSource {
 public:
  TaskSource(const Dataset& data, Split split, TaskShape shape, Network network, Feedback feedback, std::uint64_t seed);
  Episode draw(Part part, std::uint64_t index) const;
  /// The same into an episode that is of no use any more, whose memory it takes.
  void draw(Part part, std::uint64_t index, Episode& episode) const;

 private:
  // Neurons of all layers that lead to a layer, or that it leads to: currents and errors of any number of them together
  // are as large as of one.
  int neurons_into(int layer) const;
  int neurons_reading(int layer) const;
  // Images of an episode: to learn from, and to be asked.
  struct Images {
    std::vector<int> train, query;
  };
  Images images_of_task(Part part, Random& random, std::vector<std::size_t>& order) const;
  Images images_of_stream(Part part, Random& random) const;
  std::vector<double> unlabelled(Part part, std::uint64_t index, const std::vector<std::size_t>& classes) const;

  const Dataset& data_;
  Split split_;
  TaskShape shape_;
  Network network_;
  Feedback feedback_;
  std::uint64_t seed_;
};

}  // namespace rule_search
