#include "search/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "expression/candidates.hpp"
#include "expression/print.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "search/choice.hpp"
#include "search/curve.hpp"
#include "search/evidence.hpp"
#include "search/exchange.hpp"
#include "search/selection.hpp"

namespace rule_search {

Rule with_values(Rule rule, const std::vector<double>& theta, int connections) {
  const ParameterLayout layout(rule.parameters, connections);
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    Parameter& p = rule.parameters[r];
    const auto first = theta.begin() + layout.first[r];
    p.initial.assign(first, first + (p.per_layer ? connections : 1));
  }
  return rule;
}

namespace {

// What is printed is read again, and that is scored.
Score score_of_printed(Workbench& bench, const FittedRule& found, const std::string& formula) {
  const bool per_layer = std::any_of(found.rule.parameters.begin(), found.rule.parameters.end(),
                                     [](const Parameter& p) { return p.per_layer; });
  const Rule read_back = check_rule({"found rule", per_layer ? print(found.rule) : "rule found\n" + formula + "\n"});
  const ParameterLayout layout(read_back.parameters, bench.objective().connections());
  const std::size_t episodes = bench.options().test_episodes;
  const Score printed = bench.score(Part::test, {read_back, layout.initial, found.fit_loss}, episodes, true);
  // A few episodes are enough to tell two formulas apart.
  const Score in_memory = bench.score(Part::test, found, std::min<std::size_t>(episodes, 20));
  const std::vector<double> same(printed.losses.begin(),
                                 printed.losses.begin() + static_cast<std::ptrdiff_t>(in_memory.losses.size()));
  const Estimate difference = paired(in_memory.losses, same);
  // Of recordings without noise next to nothing is left, and that must agree as well.
  const double allowed = std::min(1e-3 * std::max(1.0, printed.loss.mean), 0.01 * std::max(in_memory.loss.mean, 1e-9));
  if (!(std::abs(difference.mean) <= allowed)) {
    throw std::runtime_error(
        fmt::format("the printed formula scores {:.6f} but the rule that was found {:.6f}; nothing is "
                    "reported, since one "
                    "of them must be wrong",
                    printed.loss.mean, in_memory.loss.mean));
  }
  return printed;
}

std::vector<TermReport> term_reports(Workbench& bench, const Choice& choice, const FittedRule& found,
                                     const Score& whole) {
  std::vector<TermReport> out;
  auto removed = choice.without.begin();  // one for each term, in their order
  const ParameterLayout layout(found.rule.parameters, bench.objective().connections());
  const std::vector<double> exact = bench.rule_of(choice.exact).theta;
  const double t = t_quantile(0.95, static_cast<int>(bench.options().refit_episodes) - 1);
  const Bootstrap check = bootstrap(choice.slopes, exact, layout.lower, layout.upper, bench.options().seed);
  for (std::size_t r = 0; r < found.rule.parameters.size(); ++r) {
    if (is_time_constant(found.rule.parameters[r])) continue;
    bench.tell("ablate", found.rule.parameters[r].name, 0,
               0.91 + 0.04 * static_cast<double>(r) / static_cast<double>(found.rule.parameters.size()));
    TermReport term;
    term.parameter = found.rule.parameters[r].name;
    term.generated = found.rule.parameters[r].generated;
    term.term = depends_on_parameter(found.rule.dw, static_cast<int>(r))
                    ? print(term_of(found.rule, static_cast<int>(r)), found.rule.parameters)
                    : "in what states become";
    for (std::size_t k = 0; k < layout.names.size(); ++k) {
      if (layout.parameter[k] != static_cast<int>(r)) continue;
      term.coefficient.push_back(found.theta[k]);
      term.at_bound.push_back(exact[k] == layout.lower[k] || exact[k] == layout.upper[k]);
      term.low.push_back(exact[k] - t * choice.standard_errors[k]);
      term.high.push_back(exact[k] + t * choice.standard_errors[k]);
      term.bootstrap_low.push_back(check.low[k]);
      term.bootstrap_high.push_back(check.high[k]);
      term.intervals_agree.push_back(
          agree({exact[k], term.low.back(), term.high.back()}, {check.centre[k], check.low[k], check.high[k]}));
    }
    for (const Expr& s : summands(found.rule.dw)) {
      if (depends_on_parameter(found.rule, s, static_cast<int>(r)))
        term.locality = std::max(term.locality, locality(found.rule, s));
    }
    const Score rest = bench.score(Part::test, *removed++, bench.options().test_episodes);
    term.removal_cost = paired(rest.losses, whole.losses);
    term.removal_accuracy = limited(paired(rest.accuracies, whole.accuracies), -1, 1);
    term.removal_diverged = rest.diverged > 0;
    out.push_back(std::move(term));
  }
  return out;
}

std::vector<TimeConstant> time_constants(Workbench& bench, const Choice& choice, const FittedRule& found) {
  std::vector<TimeConstant> out;
  const ParameterLayout layout(found.rule.parameters, bench.objective().connections());
  const std::vector<double> exact = bench.rule_of(choice.exact).theta;
  const double t = t_quantile(0.95, static_cast<int>(bench.options().refit_episodes) - 1);
  for (std::size_t r = 0; r < found.rule.parameters.size(); ++r) {
    const Parameter& p = found.rule.parameters[r];
    if (!is_time_constant(p)) continue;
    TimeConstant c;
    c.parameter = p.name;
    c.unit = p.unit;
    for (std::size_t k = 0; k < layout.names.size(); ++k) {
      if (layout.parameter[k] != static_cast<int>(r)) continue;
      c.value.push_back(found.theta[k]);
      // Of its logarithm, which is what is fitted.
      const double factor = std::exp(t * choice.standard_errors[k] / exact[k]);
      c.low.push_back(std::max(exact[k] / factor, layout.lower[k]));
      c.high.push_back(std::min(exact[k] * factor, layout.upper[k]));
      c.at_bound.push_back(exact[k] == layout.lower[k] || exact[k] == layout.upper[k]);
    }
    out.push_back(std::move(c));
  }
  return out;
}

}  // namespace

Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
            std::size_t count, bool alignment, const BeforeUnit& before) {
  Wanted wanted;
  wanted.alignment = alignment;
  return objective.summarise(
      objective.compile(plan::lower(rule), {}, Precision::single, before)->run(part, count, theta, wanted));
}

Score score(const Rule& rule, const std::vector<double>& theta, const Network& network, Feedback feedback,
            const EpisodeSource& source, std::size_t count, bool alignment, Precision precision) {
  const Batch batch(plan::lower(rule), network, feedback, {}, precision);
  Wanted wanted;
  wanted.alignment = alignment;
  return summarise(batch.run(source, count, theta, wanted), network.layers.back());
}

std::string formula(const FittedRule& fitted) {
  std::vector<bool> replace;
  std::vector<double> values;
  for (const Parameter& p : fitted.rule.parameters) {
    replace.push_back(!p.per_layer);
    values.push_back(p.initial[0]);
  }
  Rule rule = fitted.rule;
  rule.dw = simplify(substitute(rule.dw, replace, values));
  for (State& s : rule.states) s.next = simplify(substitute(s.next, replace, values));
  return formula(rule);
}

namespace {

SearchResult carried_out(Workbench& bench, const Comparison& comparison) {
  const Rule& candidates = bench.candidates();
  const SearchOptions& options = bench.options();
  Front front = grow(bench);
  reduce_from_all(bench, front);
  prune(bench, front);
  exchange(bench, front);
  Choice choice = choose(bench, front);
  if (options.select > 0) select(bench, choice, options.select);

  SearchResult result;
  result.candidates = candidates;
  result.options = options;
  result.found = round_coefficients(bench, choice);
  result.found.rule = with_values(result.found.rule, result.found.theta, bench.objective().connections());
  result.found.rule.name = candidates.name + "_found";
  result.formula = formula(result.found);
  for (const Parameter& p : candidates.parameters) {
    if (result.found.rule.parameter_index(p.name) < 0 && !is_time_constant(p)) result.dropped.push_back(p.name);
  }
  bench.tell("test", "found rule", 0, 0.9);
  result.test = score_of_printed(bench, result.found, result.formula);
  result.terms = term_reports(bench, choice, result.found, result.test);
  result.time_constants = time_constants(bench, choice, result.found);
  bench.tell("compare", "terms that look alike", 0, 0.95);
  find_lookalikes(bench, choice.exact, result);
  if (comparison) comparison(bench, result);
  bench.tell("curves", "found rule", 0, 0.98);
  result.curve = curve_of_found(bench, choice);
  result.path = std::move(choice.path);
  result.chosen = choice.chosen;
  result.why = choice.why;
  result.screened = bench.screened();
  result.screenings = bench.screenings();
  result.episodes = bench.episodes();
  return result;
}

}  // namespace

SearchResult search(const Rule& written, const Objective& objective, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& on_front, const Checkpoint* checkpoint,
                    const Comparison& comparison) {
  const auto start = std::chrono::steady_clock::now();
  if (terms_of(written) == 0)
    throw InputError(
        fmt::format("the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is", written.name));
  const Rule candidates = constrained(written, options.constraints);
  if (options.select > 0) check_select(candidates, options);
  Workbench bench(candidates, objective, options, progress, checkpoint != nullptr ? *checkpoint : Checkpoint());
  bench.on_front(on_front);
  SearchResult result;
  try {
    result = carried_out(bench, comparison);
  } catch (const SearchStopped&) {
    if (on_front) on_front(bench.front_so_far());
    throw;
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  bench.tell("done", "", result.test.loss.mean, 1);
  return result;
}

SearchResult search(const Rule& written, const Dataset& data, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& on_front, const Checkpoint* checkpoint) {
  const Tasks tasks{&data, make_split(data, options.task, options.seed), options.task, options.network, options.seed};
  const TaskObjective objective(tasks, options.network, options.feedback);
  const Comparison baselines = [&](Workbench& bench, SearchResult& result) {
    result.split = tasks.split.description;
    result.data_name = data.name;
    result.data_hash = data.content_hash;
    result.chance = beside_chance(result.test, options.task.ways);
    double share = 0.95;
    result.baselines = run_baselines(
        tasks, options.refit_episodes, options.test_episodes, options.curve_episodes,
        [&](const BaselineKind& kind) {
          bench.tell("baselines", kind.title, 0, share);
          share += 0.05 / static_cast<double>(baseline_kinds().size());
        },
        [&](std::size_t ran, double loss) { bench.count(ran, loss); }, &bench.steps());
  };
  return search(written, objective, options, progress, on_front, checkpoint, baselines);
}

SearchResult search(const Rule& written, const RecordingsObjective& recordings, const SearchOptions& asked,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& on_front, const Checkpoint* checkpoint) {
  SearchOptions options = asked;
  options.fit_episodes = options.refit_episodes = recordings.units(Part::search);
  options.validation_episodes = options.curve_episodes = recordings.units(Part::validation);
  options.test_episodes = recordings.units(Part::test);
  const Comparison beside_no_change = [&](Workbench&, SearchResult& result) {
    TrajectoryReport r;
    r.options = recordings.options();
    r.before = recordings.recording(Part::search, 0).m;
    r.after = recordings.recording(Part::search, 0).n;
    for (Part part : {Part::search, Part::validation, Part::test})
      r.recordings[static_cast<std::size_t>(part)] = recordings.recordings(part);
    r.weight_scale = recordings.weight_scale();
    r.post_scale = recordings.post_scale();
    r.choice_scale = recordings.choice_scale();
    r.noise = recordings.noise(plan::lower(result.found.rule), result.found.theta);
    r.fitted_first_weights = recordings.fitted_initial_weights_of_all();
    result.trajectory = r;
    result.split = fmt::format("recordings {} : {} : {} for search, validation and test", r.recordings[0],
                               r.recordings[1], r.recordings[2]);
    result.data_name = "recordings";
    result.data_hash = recordings.content_hash();
    // Of a layer that does not change.
    result.chance = {0.5, 0, result.test.accuracy.low > 0};
  };
  return search(written, static_cast<const Objective&>(recordings), options, progress, on_front, checkpoint,
                beside_no_change);
}

SearchResult search(const Rule& written, const GoalObjective& goal, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& on_front, const Checkpoint* checkpoint) {
  const Comparison beside_the_silent = [&](Workbench&, SearchResult& result) {
    GoalReport r{goal.options(), goal.silent(Part::test, options.test_episodes)};
    result.data_name = "worlds";
    result.split =
        fmt::format("drawn at random, {} to search on, {} for the coefficients, {} for validation, {} for test",
                    options.fit_episodes, options.refit_episodes, options.validation_episodes, options.test_episodes);
    result.data_hash = goal.content_hash();
    // Of a layer that does not learn, or of one without weights, whichever is nearer to the goal.
    const double nothing = std::max(0.0, r.silent.accuracy.mean);
    result.chance = {
        std::min(GoalObjective::still, r.silent.loss.mean), nothing,
        limited(paired(result.test.accuracies, r.silent.accuracies), -1, 1).low > 0 && result.test.accuracy.low > 0};
    result.goal = std::move(r);
  };
  return search(written, static_cast<const Objective&>(goal), options, progress, on_front, checkpoint,
                beside_the_silent);
}

}  // namespace rule_search
