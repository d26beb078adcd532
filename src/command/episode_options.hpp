// Options of commands that are about few-shot tasks alone.
#pragma once

#include "command/command.hpp"
#include "objectives/few_shot/kind.hpp"

namespace rule_search::command {

/// What a task is made of, with seed and threads.
struct EpisodeOptions : FewShotOptions {
  std::uint64_t seed = 1;
  int threads = 0;

  void add(CLI::App& app);
};

}  // namespace rule_search::command
