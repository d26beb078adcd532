#include "objectives/goals/kind.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/fields.hpp"

namespace rule_search {

std::vector<Option> GoalKind::options() {
  Option goal = choice_option(
      "goal", goal_, goal_names(),
      "what the weights are to come to: first_component (those of one neuron to the first principal component of its "
      "inputs), subspace (those of several span the leading components), components (neuron by neuron the leading "
      "components, in order), decorrelation (activities of variance 1 without correlation), sparse_coding (every "
      "neuron "
      "answers to a hidden sparse source of the inputs, no two to the same). A world is a distribution of inputs drawn "
      "at random; options for episodes count worlds");
  Option neurons = whole_option("neurons", neurons_, 0, 64, "postsynaptic neurons; 0 for what suits the goal");
  neurons.aliases = {"cells"};
  Option inputs = whole_option("inputs", inputs_, 0, 64, "presynaptic neurons; 0 for what suits the goal");
  Option steps = whole_option("world-steps", steps_, 0, 1000000,
                              "inputs of a world, one after the other; 0 for what suits the goal");
  steps.aliases = {"steps"};
  // Once the goal is known, so are its own numbers.
  const auto completed = [this](int GoalOptions::*number, int as_given) {
    return goal_.empty() ? nlohmann::json(as_given) : nlohmann::json(given().completed().*number);
  };
  neurons.get = [this, completed] { return completed(&GoalOptions::neurons, neurons_); };
  inputs.get = [this, completed] { return completed(&GoalOptions::inputs, inputs_); };
  steps.get = [this, completed] { return completed(&GoalOptions::steps, steps_); };
  return {goal,
          neurons,
          inputs,
          steps,
          choice_option("activation", activation_, {"linear", "softplus", "relu", "sigmoid", "tanh"},
                        "what neurons make of their input"),
          number_option("beta", beta_, 1e-3, 1e3, "sharpness of the softplus")};
}

GoalOptions GoalKind::given() const {
  return {*goal_named(goal_), neurons_, inputs_, steps_, *activation_named(activation_), beta_};
}

void GoalKind::check() const {
  if (goal_.empty())
    throw InputError(fmt::format("‹objective› goal: expected a goal, found none\n  hint: ‹goal› NAME, one of {}",
                                 fmt::join(goal_names(), ", ")));
  given().completed();
}

std::unique_ptr<Objective> GoalKind::make(const Rule& /*rule*/, std::uint64_t seed, const Loaded& loaded) const {
  check();
  auto out = std::make_unique<GoalObjective>(given(), seed);
  if (loaded) loaded(out->content_hash());
  return out;
}

Description GoalKind::describe_schema_1(nlohmann::json& result) const {
  const nlohmann::json& o = result.at("objective");
  GoalOptions options;
  std::string goal;
  std::string activation = "linear";
  if (!o.contains("goal")) throw FieldMistake{"objective.goal", "this key", "nothing"};
  FieldReader::read(o["goal"], "objective.goal", goal);
  const auto known = goal_named(goal);
  if (!known)
    throw FieldMistake{"objective.goal", fmt::format("one of {}", fmt::join(goal_names(), ", ")), "\"" + goal + "\""};
  options.goal = *known;
  if (o.contains("activation")) FieldReader::read(o["activation"], "objective.activation", activation);
  if (const auto found = activation_named(activation)) options.activation = *found;
  if (o.contains("steps")) FieldReader::read(o["steps"], "objective.steps", options.steps);
  if (o.contains("cells") && o["cells"].is_object()) {
    if (o["cells"].contains("before"))
      FieldReader::read(o["cells"]["before"], "objective.cells.before", options.inputs);
    if (o["cells"].contains("after")) FieldReader::read(o["cells"]["after"], "objective.cells.after", options.neurons);
  }
  if (o.contains("silent") && !result.value("baselines", nlohmann::json::object()).contains("zero_weights")) {
    nlohmann::json row = o["silent"];
    if (row.is_object()) row["title"] = "all weights 0";
    result["baselines"]["zero_weights"] = std::move(row);
  }
  return goal_words(options);
}

}  // namespace rule_search
