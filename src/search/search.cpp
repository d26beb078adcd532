#include "search/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "expression/candidates.hpp"
#include "expression/print.hpp"
#include "fit/limits.hpp"
#include "search/choice.hpp"
#include "search/curve.hpp"
#include "search/every_subset.hpp"
#include "search/exchange.hpp"
#include "search/grow.hpp"
#include "search/lookalikes.hpp"
#include "search/prune.hpp"
#include "search/reduce.hpp"
#include "search/rounding.hpp"
#include "search/selection.hpp"
#include "search/thresholds.hpp"

namespace rule_search {

namespace {

// What is printed is read again, and that is scored.
Score score_of_printed(Workbench& bench, const FittedRule& found, const std::string& formula, Part part) {
  const bool per_layer = std::any_of(found.rule.parameters.begin(), found.rule.parameters.end(),
                                     [](const Parameter& p) { return p.per_layer; });
  Rule read_back = check_rule({"found rule", per_layer ? print(found.rule) : "rule found\n" + formula + "\n"});
  if (!read_back.step.stated) read_back.step = found.rule.step;  // a formula says it where it needs it
  const ParameterLayout layout(read_back.parameters, bench.objective().connections());
  const std::size_t units = bench.options().test_units;
  const Score printed = bench.score(part, {read_back, layout.initial, found.fit_loss}, units, true);
  // A few units are enough to tell two formulas apart, where what one counts does not depend on the others.
  const bool all = bench.objective().traits().uses_all_units;
  const Score in_memory = bench.score(part, found, all ? units : std::min<std::size_t>(units, 20));
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
                                     const Score& whole, Part part) {
  std::vector<TermReport> out;
  auto removed = choice.without.begin();  // one for each term, in their order
  const ParameterLayout layout = fit_layout(bench.rule_of(choice.exact).rule, bench.objective());
  const std::vector<double> exact = bench.rule_of(choice.exact).theta;
  const bool checks = bench.objective().traits().has_bootstrap();
  const Bootstrap check =
      checks ? bootstrap(choice.model, exact, layout.lower, layout.upper, bench.options().seed) : Bootstrap();
  bench.tell("ablate", "", 0, 0.91);
  bench.scores_ahead(part, choice.without, bench.options().test_units);
  for (std::size_t r = 0; r < found.rule.parameters.size(); ++r) {
    if (is_shape(found.rule.parameters[r])) continue;
    bench.tell("ablate", found.rule.parameters[r].name, 0,
               0.91 + 0.04 * static_cast<double>(r) / static_cast<double>(found.rule.parameters.size()));
    TermReport term;
    term.parameter = found.rule.parameters[r].name;
    term.generated = found.rule.parameters[r].generated;
    term.term = text_of_term(found.rule, static_cast<int>(r), found.rule.parameters);
    for (std::size_t k = 0; k < layout.names.size(); ++k) {
      if (layout.parameter[k] != static_cast<int>(r)) continue;
      term.coefficient.push_back(found.theta[k]);
      term.at_bound.push_back(exact[k] == layout.lower[k] || exact[k] == layout.upper[k]);
      const auto [low, high] = choice.certainty.ends(k, exact[k]);
      term.low.push_back(low);
      term.high.push_back(high);
      if (!checks) continue;
      term.bootstrap_low.push_back(check.low[k]);
      term.bootstrap_high.push_back(check.high[k]);
      term.intervals_agree.push_back(
          agree({exact[k], term.low.back(), term.high.back()}, {check.centre[k], check.low[k], check.high[k]}));
    }
    for (const Expr& s : summands(found.rule.dw)) {
      if (depends_on_parameter(found.rule, s, static_cast<int>(r)))
        term.locality = std::max(term.locality, locality(found.rule, s));
    }
    const Score rest = bench.score(part, *removed++, bench.options().test_units);
    term.removal_cost = paired(rest.losses, whole.losses);
    term.removal_accuracy = accuracy_difference(rest, whole);
    term.removal_diverged = rest.diverged > 0;
    out.push_back(std::move(term));
  }
  return out;
}

void report_shapes(Workbench& bench, const Choice& choice, SearchResult& result) {
  const FittedRule exact = bench.rule_of(choice.exact);
  const ParameterLayout layout = fit_layout(exact.rule, bench.objective());
  for (std::size_t r = 0; r < exact.rule.parameters.size(); ++r) {
    const Parameter& p = exact.rule.parameters[r];
    if (!is_shape(p)) continue;
    ShapeParameter s;
    s.parameter = p.name;
    s.unit = p.unit;
    for (std::size_t k = 0; k < layout.names.size(); ++k) {
      if (layout.parameter[k] != static_cast<int>(r)) continue;
      const double half = choice.certainty.half(k);
      const bool scanned = choice.certainty.is_scanned(k);
      const ShapeInterval i = shape_interval(p, layout, k, exact.theta[k], half, scanned || has_slope(choice.model, k),
                                             choice.certainty.own_ends(k));
      s.scanned.push_back(scanned);
      s.value.push_back(result.found.theta[k]);
      s.low.push_back(i.low);
      s.high.push_back(i.high);
      s.at_limit.push_back(i.at_limit);
      s.at_bound.push_back(!i.at_limit && (exact.theta[k] == layout.lower[k] || exact.theta[k] == layout.upper[k]));
      s.has_slope.push_back(has_slope(choice.model, k));
      s.determined.push_back(i.determined);
    }
    (is_time_constant(p) ? result.time_constants : result.shape_parameters).push_back(std::move(s));
  }
}

void find_own_values(Workbench& bench, SearchResult& result) {
  const std::vector<Parameter>& all = result.found.rule.parameters;
  if (std::none_of(all.begin(), all.end(), [](const Parameter& p) { return p.per_recording; })) return;
  bench.tell("own values", "", 0, 0.95);
  OwnValuesRequest request;
  request.done = [&](std::size_t ran, double loss) { bench.count(ran, loss); };
  result.own_values = own_values(result.found, bench.objective(), bench.steps(), request);
}

}  // namespace

namespace {

// As the objective's losses ask for.
SearchOptions with_traits(SearchOptions options, const Objective& objective) {
  const LossTraits traits = objective.traits();
  options.fresh = options.fresh || traits.fresh_units;
  if (!traits.uses_all_units) {
    options.validation_units = objective.at_most(options.validation_units, Part::validation);
    options.curve_units = objective.at_most(options.curve_units, Part::validation);
    options.test_units = objective.at_most(options.test_units, Part::test);
    return options;
  }
  options.fit_units = options.refit_units = objective.units(Part::search);
  options.validation_units = options.curve_units =
      objective.units(traits.cross_validates ? Part::search : Part::validation);
  options.test_units = objective.units(Part::test);
  if (options.test_units == 0) options.test_units = objective.units(Part::search);
  return options;
}

// Where nothing can be learnt at zero, growth begins with all terms.
void keep_asked_sizes(Front& front, std::size_t most) {
  if (most == 0) return;
  std::erase_if(front, [most](const auto& row) { return row.first > most; });
  if (front.empty())
    throw std::runtime_error(fmt::format(
        "‹max-terms› {}: no rule of so few terms could be fitted\n  hint: allow more terms with ‹max-terms›", most));
}

// The chosen rule as it was fitted, and rounded.
struct Found {
  Choice choice;
  FittedRule rule;
};

Found found_by(Workbench& bench) {
  begin_at_thresholds(bench);
  Front front = grow(bench);
  reduce_from_all(bench, front);
  prune(bench, front);
  exchange(bench, front);
  fit_every_subset(bench, front);
  keep_asked_sizes(front, bench.options().constraints.max_terms);
  Found out;
  out.choice = choose(bench, front);
  if (bench.options().select > 0) select(bench, out.choice, bench.options().select);
  settle_thresholds(bench, out.choice);
  out.rule = round_coefficients(bench, out.choice);
  out.rule.rule = with_values(out.rule.rule, out.rule.theta, bench.objective().connections());
  return out;
}

// Searches that are repeated without some units, at most.
constexpr std::size_t most_searches = 5;
// What found_by() takes of the progress that it tells.
constexpr double share_of_search = 0.9;

// Searches that leave every fold out in turn, scored on what they did not know: choosing the terms is part of what is
// scored.
Score score_of_searches(Workbench& bench, std::vector<HeldOut>& searches) {
  const std::vector<Fold> folds = bench.objective().folds(most_searches);
  std::vector<Score> scores;
  std::vector<std::vector<std::size_t>> units;
  for (const Fold& fold : folds) {
    const double searches_before = static_cast<double>(scores.size()) + 1;
    std::size_t counted = 0;
    std::string stage;
    const auto told = [&](const Progress& p) {
      if (p.stage != stage)
        bench.tell("held out", fmt::format("fold {} of {}, {}", scores.size() + 1, folds.size(), p.stage), p.loss,
                   (share_of_search * searches_before + p.share) / (static_cast<double>(folds.size()) + 1));
      stage = p.stage;
      bench.count(p.runs - counted, p.loss);
      counted = p.runs;
    };
    Workbench without(bench.candidates(), *fold.objective, with_traits(bench.options(), *fold.objective), told,
                      bench.steps());
    const FittedRule found = found_by(without).rule;
    bench.count(without.runs() - counted, 0);
    scores.push_back(
        bench.steps().score(found.rule, found.theta, *fold.objective, Part::validation, fold.units.size()));
    units.push_back(fold.units);
    HeldOut& out = searches.emplace_back();
    out.units = fold.units;
    out.formula = formula(found);
    for (const Parameter& p : found.rule.parameters) {
      if (is_term(p)) out.terms.push_back(p.name);
    }
  }
  return joined(scores, units, bench.objective().traits().known_errors);
}

SearchResult carried_out(Workbench& bench) {
  const Rule& candidates = bench.candidates();
  const SearchOptions& options = bench.options();
  const bool repeats = bench.objective().units(Part::test) == 0;
  const std::size_t searches = repeats ? 1 + bench.objective().folds(most_searches).size() : 1;
  bench.tells_part(1.0 / static_cast<double>(searches));
  auto [choice, found] = found_by(bench);
  be_certain_by_profiles(bench, choice);
  be_certain_of_thresholds(bench, choice);

  SearchResult result;
  result.candidates = candidates;
  result.options = options;
  result.description = bench.objective().describe();
  result.connections = bench.objective().connections();
  result.found = found;
  result.found.rule.name = candidates.name + "_found";
  // Its file says how long its step is, also where `let dt` said it of the candidates.
  result.found.rule.step.stated = found.rule.step.seconds > 0;
  // What was written of the candidates is not true of the rule.
  result.found.rule.heading =
      fmt::format("Found by a search among the {} candidate terms of {}.", terms_of(candidates), candidates.name);
  result.formula = formula(result.found);
  for (const Parameter& p : candidates.parameters) {
    if (result.found.rule.parameter_index(p.name) < 0 && is_term(p)) result.dropped.push_back(p.name);
  }
  bench.tell("test", "found rule", 0, share_of_search);
  bench.tells_part(1);
  if (!repeats) {
    result.test = score_of_printed(bench, result.found, result.formula, Part::test);
    result.terms = term_reports(bench, choice, result.found, result.test, Part::test);
  } else {
    score_of_printed(bench, result.found, result.formula, Part::search);
    result.test = score_of_searches(bench, result.held_out);
    // What a term is worth is asked of these terms, whatever others a search without some units may take.
    const Score whole = bench.score(Part::validation, choice.exact, options.test_units);
    result.terms = term_reports(bench, choice, result.found, whole, Part::validation);
  }
  report_shapes(bench, choice, result);
  find_own_values(bench, result);
  bench.tell("compare", "terms that look alike", 0, 0.95);
  find_lookalikes(bench, choice.exact, result, [&chosen = choice](Workbench& own) { fit_of_curve(own, chosen); });
  ComparisonRequest request{options.refit_units, options.test_units, options.curve_units, options.fresh, {}, {}};
  double share = 0.95;
  request.starts = [&](const std::string& title) {
    bench.tell("baselines", title, 0, share);
    share = std::min(share + 0.01, 0.98);
  };
  request.done = [&](std::size_t ran, double loss) { bench.count(ran, loss); };
  result.comparison = bench.objective().compare(result.found, result.test, request, bench.steps());
  bench.tell("curves", "found rule", 0, 0.98);
  result.curve = curve_of_found(bench, choice);
  result.path = std::move(choice.path);
  result.chosen = choice.chosen;
  result.why = choice.why;
  result.choice = choice.steps;
  result.screened = bench.screened();
  result.screenings = bench.screenings();
  result.runs = bench.runs();
  return result;
}

}  // namespace

namespace {

// The objective by which every kind of value counts by its noise, or null where that is not asked for.
std::unique_ptr<const Objective> weighed_by_noise(const Rule& candidates, const Objective& objective,
                                                  const SearchOptions& options,
                                                  const std::function<void(const Progress&)>& progress, Steps& steps) {
  if (!objective.traits().weighs_by_noise) return nullptr;
  Workbench bench(candidates, objective, options, progress, steps);
  const Trial all = fit_of_all(bench);
  return std::isfinite(all.loss) ? objective.weighed_by_noise(bench.rule_of(all)) : nullptr;
}

}  // namespace

SearchResult search(const Rule& written, const Objective& objective, const SearchOptions& asked,
                    const std::function<void(const Progress&)>& progress,
                    const std::function<void(const std::vector<FrontRule>&)>& on_front, Steps* steps) {
  const auto start = std::chrono::steady_clock::now();
  if (written.parameters.empty())
    throw InputError(
        fmt::format("the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is", written.name));
  const SearchOptions options = with_traits(asked, objective);
  const Rule candidates = constrained(written, options.constraints);
  if (options.select > 0) check_select(candidates, options);
  Steps direct;
  Steps& by = steps != nullptr ? *steps : direct;
  const std::unique_ptr<const Objective> weighed = weighed_by_noise(candidates, objective, options, progress, by);
  Workbench bench(candidates, weighed != nullptr ? *weighed : objective, options, progress, by);
  bench.on_front(on_front);
  SearchResult result;
  try {
    result = carried_out(bench);
  } catch (const SearchStopped&) {
    if (on_front) on_front(bench.front_so_far());
    throw;
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  bench.tell("done", "", result.test.loss.mean, 1);
  return result;
}

}  // namespace rule_search
