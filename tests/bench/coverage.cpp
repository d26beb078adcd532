// How often the 95 % interval of a rule's held-out loss and accuracy holds the value on fresh episodes.
//
//   rule-search-coverage RULE DIR [REPEATS [EPISODES [FRESH]]]
#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "objectives/few_shot/objective.hpp"

using namespace rule_search;

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} RULE DIR [REPEATS [EPISODES [FRESH]]]\n", argv[0]);
    return 2;
  }
  const auto number = [&](int at, std::size_t otherwise) {
    return argc > at ? static_cast<std::size_t>(std::strtoul(argv[at], nullptr, 10)) : otherwise;
  };
  const std::size_t repeats = number(3, 100);
  const std::size_t episodes = number(4, 200);
  const std::size_t fresh = number(5, 2000);
  const Rule rule = read_rule(argv[1]);
  const Dataset data = load_dataset(argv[2]);
  Network network;
  network.layers = {data.rows * data.cols, 170, 130, 100, 70, data.classes};
  const TaskShape shape;
  const TaskSource tasks(data, make_split(data, shape, 1), shape, network, Feedback::fixed, 1);
  const EpisodeSource test = draws(tasks, Part::test);
  const ParameterLayout layout(rule.parameters, network.connections());
  // Blocks of episodes that have none in common; the last one is the value that intervals should hold.
  const auto block = [&](std::size_t first, std::size_t count) {
    return score(
        rule, layout.initial, network, Feedback::fixed, [&test, first](std::size_t k) { return test(first + k); },
        count);
  };
  const Score truth = block(repeats * episodes, fresh);
  std::size_t loss = 0;
  std::size_t accuracy = 0;
  for (std::size_t r = 0; r < repeats; ++r) {
    const Score s = block(r * episodes, episodes);
    loss += s.loss.low <= truth.loss.mean && truth.loss.mean <= s.loss.high;
    accuracy += s.accuracy.low <= truth.accuracy.mean && truth.accuracy.mean <= s.accuracy.high;
  }
  fmt::print("{} on {} fresh episodes of {}: loss {:.4f}, accuracy {:.2f} %\n", rule.name, fresh, data.name,
             truth.loss.mean, 100 * truth.accuracy.mean);
  fmt::print("of {} intervals over {} episodes, {} hold the loss and {} the accuracy\n", repeats, episodes, loss,
             accuracy);
  return 0;
}
