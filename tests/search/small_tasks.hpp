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

  SmallOptions() = default;
  /// The networks have softplus of sharpness 10.
  SmallOptions(std::vector<int> layers, TaskShape of) : network{std::move(layers), 10}, task(of) {}

  void set_units(std::size_t fit, std::size_t refit, std::size_t validation, std::size_t test, std::size_t curve) {
    fit_units = fit;
    refit_units = refit;
    validation_units = validation;
    test_units = test;
    curve_units = curve;
  }
  TaskObjective objective(const Dataset& data) const {
    return TaskObjective(Tasks{&data, nullptr, make_split(data, task, seed), task, network, seed}, network, feedback);
  }
};

}  // namespace rule_search::test
