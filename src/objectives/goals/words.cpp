// What reports say of a search for a goal.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "objectives/goals/objective.hpp"
#include "report/numbers.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

std::string verdict(bool found, const Score& test, double without_weights) {
  return fmt::format(
      "{}: of {} test worlds {:.1f} % ({:.1f} to {:.1f}) of what a layer misses at first is gone, {:.1f} % where all "
      "its "
      "weights are 0, and none where it does not learn; loss {:.3g} ({:.3g} to {:.3g}).",
      found ? "The found rule comes nearer to the goal than a layer without weights"
            : "No rule was found that comes nearer to the goal than a layer without weights",
      test.accuracy.count, 100 * test.accuracy.mean, 100 * test.accuracy.low, 100 * test.accuracy.high,
      100 * without_weights, test.loss.mean, test.loss.low, test.loss.high);
}

}  // namespace

Description goal_words(const GoalOptions& o) {
  Description d;
  d.name = "goal";
  d.headline = {"Goal", fmt::format("{}: {} inputs, {} neuron{}, {}, {} steps", name(o.goal), o.inputs, o.neurons,
                                    o.neurons == 1 ? "" : "s", name(o.activation), o.steps)};
  d.unit = "world";
  d.units = "worlds";
  d.runs = "simulations";
  d.validation_units = "validation worlds";
  d.test_units = "test worlds";
  d.measure = "fraction of the goal reached";
  d.measure_key = "goal_reached";
  d.measure_column = "goal reached";
  d.measure_unit = " %";
  d.loss_meaning = "half the mean square of what the weights miss, in units of what they miss at first";
  d.loss_reference = "A layer that does not learn has 0.5.";
  d.context = fmt::format("goal {}", name(o.goal));
  d.answer_begins = "a layer comes from where it begins to";
  d.answer_ends = fmt::format("of the goal {} in {{}} test worlds", name(o.goal));
  json setting = {{"goal", name(o.goal)},
                  {"activation", name(o.activation)},
                  {"cells", o.neurons},
                  {"inputs", o.inputs},
                  {"steps", o.steps}};
  json details = {{"goal", name(o.goal)},
                  {"activation", name(o.activation)},
                  {"neurons", {{"presynaptic", o.inputs}, {"postsynaptic", o.neurons}}},
                  {"cells", {{"before", o.inputs}, {"after", o.neurons}}},  // the older name
                  {"steps", o.steps},
                  {"still", {{"loss", loss_of_no_change}, {"accuracy", 0}}}};
  if (o.activation == Activation::softplus) details["beta"] = setting["beta"] = o.beta;
  d.details = dump(details);
  d.setting = dump(setting);
  return d;
}

Description GoalObjective::describe() const {
  Description d = goal_words(options_);
  d.data_name = "worlds";
  d.data_hash = content_hash();
  d.data_split = "drawn at random";
  d.data_drawn = true;
  return d;
}

Comparison GoalObjective::compare(const FittedRule&, const Score& test, const ComparisonRequest& request,
                                  Steps&) const {
  Comparison c;
  Baseline without_weights;
  without_weights.name = "zero_weights";
  without_weights.title = "all weights 0";
  without_weights.test = score_of_zero_weights(Part::test, request.test_units);
  const Score& zero = without_weights.test;
  // Of a layer that does not learn, or of one without weights, whichever is nearer to the goal.
  const double nothing = std::max(0.0, zero.accuracy.mean);
  c.chance = {std::min(loss_of_no_change, zero.loss.mean), nothing,
              limited(paired(test.accuracies, zero.accuracies), -1, 1).low > 0 && test.accuracy.low > 0, ""};
  c.chance.text = verdict(c.chance.beaten, test, nothing);
  c.details = dump({{"silent", score_json(zero)}});
  c.baselines.push_back(std::move(without_weights));
  return c;
}

}  // namespace rule_search
