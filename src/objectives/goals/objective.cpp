#include "objectives/goals/objective.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "objectives/goals/conditions.hpp"
#include "objectives/goals/learner.hpp"

namespace rule_search {

namespace {

struct GoalEvaluator : Evaluator {
  const GoalObjective* objective = nullptr;
  EvaluatorRequest of;

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted) const override {
    return run_units(units.size(), [&](std::size_t k) { return run_unit(part, units[k], theta, {}); });
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted) const override {
    if (of.before) of.before();
    return GoalLearner(objective->options(), of.plan, of.directions).run(objective->world(part, unit), theta);
  }
};

void refuse_what_no_goal_gives(const plan::Plan& plan) {
  const std::string asked = !plan.signals.empty()           ? plan.signals.front().name
                            : plan.uses(Quantity::err_post) ? "err_post"
                            : plan.uses(Quantity::err_pre)  ? "err_pre"
                                                            : "";
  if (!asked.empty())
    throw InputError(fmt::format(
        "the rule asks for {}, but a goal gives neurons no {}\n  hint: write the rule with pre, post, w and states",
        asked, plan.signals.empty() ? "error" : "signal"));
}

double squares_of(const std::vector<double>& values) {
  double sum = 0;
  for (double x : values) sum += x * x;
  return sum;
}

}  // namespace

GoalObjective::GoalObjective(const GoalOptions& options, std::uint64_t seed)
    : options_(options.completed()), seed_(seed) {}

std::string GoalObjective::identity() const {
  return fmt::format("function {} {} {} {} {} {:a}", rule_search::name(options_.goal), options_.neurons,
                     options_.inputs, options_.steps, rule_search::name(options_.activation), options_.beta);
}

std::size_t GoalObjective::units(Part) const { return std::numeric_limits<std::size_t>::max(); }

std::size_t GoalObjective::answers(Part, std::size_t) const {
  return compared_at.size() * number_of_conditions(options_.goal, static_cast<std::size_t>(options_.neurons),
                                                   static_cast<std::size_t>(options_.inputs));
}

World GoalObjective::world(Part part, std::size_t number) const { return draw_world(options_, seed_, part, number); }

std::unique_ptr<Evaluator> GoalObjective::compile(EvaluatorRequest request) const {
  const PlasticLayer refuses_what_it_cannot_do(request.plan, options_.neurons, options_.inputs, {}, options_.activation,
                                               options_.beta);
  refuse_what_no_goal_gives(request.plan);
  refuse_values_of_recordings(request.plan);
  refuse_trials(request.plan, "worlds");
  auto out = std::make_unique<GoalEvaluator>();
  out->objective = this;
  out->of = std::move(request);
  return out;
}

LossTraits GoalObjective::traits() const {
  LossTraits t;
  // One hundredth of the way from no learning to the goal is not worth a term: worlds can be drawn until any gain, however
  // small, is beyond the noise.
  t.tolerance = 0.01 * loss_of_no_change;
  t.fits_all_at_once = true;
  t.tempers = true;
  return t;
}

Score GoalObjective::summarise(const std::vector<Outcome>& outcomes) const { return summarise_squares(outcomes); }

Score GoalObjective::score_of_zero_weights(Part part, std::size_t count) const {
  std::vector<Outcome> outcomes(count);
  for (std::size_t k = 0; k < count; ++k) {
    const World of = world(part, k);
    const std::vector<double> zeros(of.weights.size(), 0.0);
    const double before = squares_of(deviations(options_.goal, of, of.weights));
    const double without = squares_of(deviations(options_.goal, of, zeros));
    outcomes[k].loss = loss_of_no_change * without / before;
    outcomes[k].accuracy = 1 - without / before;
  }
  return summarise(outcomes);
}

std::string GoalObjective::content_hash() const {
  Hash hash;
  for (Part part : {Part::search, Part::validation, Part::test}) {
    const World first = world(part, 0);
    for (const auto* values : {&first.spectrum, &first.directions, &first.weights, &first.inputs})
      hash.add(values->data(), values->size() * sizeof(double));
  }
  return hash.text();
}

}  // namespace rule_search
