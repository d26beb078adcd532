#include "objectives/few_shot/linear_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "expression/print.hpp"

namespace rule_search {

namespace {

Projection through(const Network& network) { return {0, static_cast<int>(network.layers.size()) - 1}; }

// The connection from the input to the output; the last where there is none.
std::size_t place_of_shortcut(const Network& network) {
  const std::vector<Projection> all = network.graph().connections;
  const auto at = std::find(all.begin(), all.end(), through(network));
  return at == all.end() ? all.size() - 1 : static_cast<std::size_t>(at - all.begin());
}

Baseline same_rule(const Tasks& tasks, Feedback feedback, const FittedRule& found, const ComparisonRequest& request,
                   Steps& steps) {
  Baseline b;
  b.name = "linear_same_rule";
  b.title = "linear layer, the found rule";
  if (request.starts) request.starts(b.title);
  const Network linear{
      {tasks.network.layers.front(), tasks.network.layers.back()}, tasks.network.beta, {}, tasks.network.dtp};
  const TaskObjective objective(tasks, linear, feedback);
  const Rule rule = for_one_connection(found.rule, tasks.network, place_of_shortcut(tasks.network));
  FitRequest fit;
  fit.objective = &objective;
  fit.units = request.fit_units;
  fit.iterations = 15;
  fit.fresh = request.fresh;
  fit.progress = request.done;
  b.fitted = steps.fit(rule, ParameterLayout(rule.parameters, 1).initial, fit);
  b.test = steps.score(b.fitted.rule, b.fitted.theta, objective, Part::test, request.test_units);
  b.details = fmt::format("{{\"feedback\": \"{}\"}}", name(feedback));
  return b;
}

Baseline shortcut_alone(const Tasks& tasks, Feedback feedback, const FittedRule& found,
                        const ComparisonRequest& request, Steps& steps) {
  Baseline b;
  b.name = "input_to_output";
  b.title = "its connection " + text(through(tasks.network)) + " alone";
  if (request.starts) request.starts(b.title);
  const TaskObjective objective(tasks, tasks.network, feedback);
  const Batch batch(plan::lower(found.rule), tasks.network, feedback, {});
  Wanted wanted;
  wanted.shortcut = true;
  b.test = steps.score_other("input to output alone " + print(found.rule), request.test_units, [&] {
    return objective.summarise(batch.run(objective.episodes(Part::test), request.test_units, found.theta, wanted));
  });
  return b;
}

}  // namespace

Rule for_one_connection(Rule rule, const Network& network, std::size_t c) {
  for (Parameter& p : rule.parameters) {
    if (p.initial.size() == static_cast<std::size_t>(network.connections())) p.initial = {p.initial[c]};
  }
  return rule;
}

bool has_shortcut(const Network& network) {
  const std::vector<Projection> all = network.graph().connections;
  return std::find(all.begin(), all.end(), through(network)) != all.end();
}

std::vector<Baseline> linear_parts(const Tasks& tasks, Feedback feedback, const FittedRule& found,
                                   const ComparisonRequest& request, Steps& steps) {
  if (tasks.network.skips.empty() || found.theta.empty()) return {};
  std::vector<Baseline> out;
  out.push_back(same_rule(tasks, feedback, found, request, steps));
  const std::vector<Projection>& skips = tasks.network.skips;
  if (std::find(skips.begin(), skips.end(), through(tasks.network)) != skips.end())
    out.push_back(shortcut_alone(tasks, feedback, found, request, steps));
  for (const Baseline& b : out) {
    if (request.done) request.done(request.test_units, b.test.loss.mean);
  }
  return out;
}

}  // namespace rule_search
