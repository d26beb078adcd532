// Searches on few-shot tasks that are small enough for a fraction of a second.
#pragma once

#include "objectives/few_shot/objective.hpp"
#include "search/search.hpp"
#include "small_data.hpp"

namespace rule_search::test {

struct SmallOptions : SearchOptions {
  Network network;
  TaskShape task;
  Feedback feedback = Feedback::fixed;

  TaskObjective objective(const Dataset& data) const {
    return TaskObjective(Tasks{&data, nullptr, make_split(data, task, seed), task, network, seed}, network, feedback);
  }
};

}  // namespace rule_search::test
