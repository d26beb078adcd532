#include "report/make_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expression/print.hpp"
#include "report/hall_of_fame.hpp"
#include "report/numbers.hpp"
#include "report/own_values.hpp"
#include "search/lookalikes.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

result::Mean mean_of(const Estimate& e) { return {e.mean, {e.low, e.high}}; }

std::vector<result::Mean> means_of(const std::vector<Estimate>& list) {
  std::vector<result::Mean> out;
  for (const Estimate& e : list) out.push_back(mean_of(e));
  return out;
}

result::Score score_of(const Score& s) {
  return {s.loss.mean,
          {s.loss.low, s.loss.high},
          s.accuracy.mean,
          {s.accuracy.low, s.accuracy.high},
          static_cast<std::size_t>(s.accuracy.count),
          s.diverged};
}

result::Curve curve_of(const Curve& c) {
  result::Curve out;
  for (const Score& s : c.points) out.points.push_back(score_of(s));
  out.ends_as_reported = c.ends_as_reported;
  return out;
}

result::Mean above(const Estimate& e, double reference) {
  return {e.mean - reference, {e.low - reference, e.high - reference}};
}

std::map<std::string, result::State> states_of(const Rule& rule) {
  std::map<std::string, result::State> out;
  for (const State& s : declared_states(rule)) {
    const Expr itself = make_variable(Op::state, 0, s.name, s.shape);
    out[s.name] = {name(s.shape),
                   latex(itself, {}),
                   latex_synapse_form(itself, {}),
                   print(s.next, rule),
                   latex(s.next, rule),
                   synapse_form(s.next, rule),
                   latex_synapse_form(s.next, rule),
                   OneOrMany<double>{s.elements.empty() ? std::vector<double>{s.initial} : s.elements},
                   s.each_trial ? std::optional(true) : std::nullopt};
  }
  return out;
}

result::Term term_of(const TermReport& t) {
  result::Term out;
  out.parameter = t.parameter;
  out.term = t.term;
  out.generated = t.generated;
  out.latex = latex_name(t.parameter);
  out.coefficient.values = t.coefficient;
  out.interval = {OneOrMany<double>{t.low}, OneOrMany<double>{t.high}};
  if (!t.bootstrap_low.empty())
    out.bootstrap_interval = {OneOrMany<double>{t.bootstrap_low}, OneOrMany<double>{t.bootstrap_high}};
  out.at_bound.values = t.at_bound;
  out.intervals_agree.values = t.intervals_agree;
  out.locality = t.locality;
  out.removal_cost = t.removal_cost.mean;
  out.removal_cost_interval = {t.removal_cost.low, t.removal_cost.high};
  out.removal_measure = t.removal_accuracy.mean;
  out.removal_measure_interval = {t.removal_accuracy.low, t.removal_accuracy.high};
  out.removal_diverged = t.removal_diverged;
  return out;
}

result::ShapeParameter shape_of(const ShapeParameter& s) {
  result::ShapeParameter out;
  out.parameter = s.parameter;
  out.latex = latex_name(s.parameter);
  out.unit = s.unit.empty() ? "" : "s";
  out.written_in = s.unit;
  out.value.values = s.value;
  out.interval = {OneOrMany<double>{s.low}, OneOrMany<double>{s.high}};
  out.at_bound.values = s.at_bound;
  out.at_limit.values = s.at_limit;
  out.has_slope.values = s.has_slope;
  out.determined.values = s.determined;
  if (std::find(s.scanned.begin(), s.scanned.end(), true) != s.scanned.end()) out.scanned.values = s.scanned;
  return out;
}

std::string name_of(ChoiceStep::Kind kind) {
  switch (kind) {
    case ChoiceStep::Kind::least_loss:
      return "least loss";
    case ChoiceStep::Kind::smaller:
      return "smaller";
    case ChoiceStep::Kind::without:
      return "without";
    case ChoiceStep::Kind::stays:
      break;
  }
  return "stays";
}

std::vector<std::string> names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string> out;
  for (const Parameter& p : parameters) out.push_back(p.name);
  return out;
}

void add_path(const SearchResult& found, Result& out) {
  for (std::size_t k = 0; k < found.path.size(); ++k) {
    const PathStep& p = found.path[k];
    out.path.push_back({score_of(p.validation), names_of(p.fitted.rule.parameters), p.fitted.theta, p.fitted.fit_loss,
                        mean_of(p.excess), k == found.chosen});
  }
}

void add_front(const SearchResult& found, Result& out) {
  const std::vector<FrontRule> front = front_of(found);
  const std::vector<double> gains = front_scores(front);
  for (std::size_t k = 0; k < front.size(); ++k) {
    const FrontRule& r = front[k];
    Rule rule = r.fitted.rule;
    rule.name = fmt::format("{}_{}_terms", found.candidates.name, r.complexity);
    rule.heading.clear();
    out.front.push_back({score_of(found.path[found.path.size() - 1 - k].validation), r.complexity, gains[k],
                         locality(r.fitted.rule), formula(r.fitted), print(rule), names_of(r.fitted.rule.parameters),
                         r.fitted.theta, found.path.size() - 1 - k == found.chosen});
  }
}

void add_baselines(const SearchResult& found, Result& out) {
  out.curves.units = found.options.curve_units;
  out.curves.rules["found"] = curve_of(found.curve);
  for (const Baseline& b : found.comparison.baselines) {
    if (!b.curve.points.empty()) out.curves.rules[b.name] = curve_of(b.curve);
    result::Baseline& row = out.baselines[b.name];
    row.score = score_of(b.test);
    row.title = b.title;
    row.place = out.baselines.size() - 1;
    row.angles = means_of(b.test.alignment);
    row.details = json::parse(b.details);
    const std::vector<Parameter>& parameters = b.fitted.rule.parameters;
    for (std::size_t k = 0; b.fitted.rule.dw && k < parameters.size(); ++k)
      row.details[parameters[k].name] = b.fitted.theta.at(k);
    out.measure_difference[b.name] = mean_of(accuracy_difference(found.test, b.test));
  }
}

void add_setting(const SearchResult& found, Result& out) {
  const SearchOptions& o = found.options;
  out.setting = json::parse(found.description.setting);
  out.setting["fit_episodes"] = o.fit_units;
  out.setting["refit_episodes"] = o.refit_units;
  out.setting["validation_episodes"] = o.validation_units;
  out.setting["precision"] = found.description.precision;
  if (o.constraints.max_terms > 0) out.setting["max_terms"] = o.constraints.max_terms;
  if (!o.constraints.must.empty()) out.setting["must"] = o.constraints.must;
  if (o.select > 0) out.setting["select"] = o.select;
}

}  // namespace

std::vector<FrontRule> front_of(const SearchResult& found) {
  std::vector<FrontRule> out;
  for (auto at = found.path.rbegin(); at != found.path.rend(); ++at) {
    FrontRule r;
    r.fitted = at->fitted;
    r.fitted.rule = with_values(r.fitted.rule, r.fitted.theta, found.connections);
    r.complexity = terms_of(r.fitted.rule);
    r.validated = true;
    r.loss = at->validation.loss;
    r.accuracy = at->validation.accuracy;
    out.push_back(std::move(r));
  }
  return out;
}

result::Words words_of(const Description& d) {
  result::Words w;
  w.headline = {d.headline.name, d.headline.text};
  w.unit = d.unit;
  w.units = d.units;
  w.validation_units = d.validation_units;
  w.test_units = d.test_units;
  w.runs = d.runs;
  w.measure = d.measure;
  w.measure_key = d.measure_key;
  w.measure_column = d.measure_column;
  w.measure_unit = d.measure_unit;
  w.loss_unit = d.loss_unit;
  w.loss_meaning = d.loss_meaning;
  w.loss_reference = d.loss_reference;
  w.context = d.context;
  w.answer_begins = d.answer_begins;
  w.answer_ends = d.answer_ends;
  w.labels_permuted = d.labels_permuted;
  for (const rule_search::Fact& f : d.facts) w.facts.push_back({f.name, f.text});
  return w;
}

Result make_result(const SearchResult& found, const SearchRun& run) {
  const Rule& rule = found.found.rule;
  const Description& d = found.description;
  Result out;
  out.program = run.program;
  out.options = run.options;
  out.command = run.command;
  out.source = run.rule.text;
  out.rule = found.candidates.name;
  out.citation = found.candidates.citation;
  out.formula = found.formula;
  out.synapse = "dw_ij = " + synapse_form(check_rule({"rule", print(rule)}).dw, rule);
  out.states = states_of(rule);
  for (const ShapeParameter& s : found.time_constants) out.time_constants.push_back(shape_of(s));
  // A key that results without them never had.
  for (const ShapeParameter& s : found.shape_parameters) {
    if (!out.shape_parameters) out.shape_parameters.emplace();
    out.shape_parameters->push_back(shape_of(s));
  }
  out.latex = {latex(rule.dw, rule), latex_synapse_form(rule.dw, rule)};
  out.rule_text = print(rule);
  out.candidate_rule = print(found.candidates);
  out.candidates = terms_of(found.candidates);
  for (const Parameter& p : found.candidates.parameters) {
    if (p.generated) out.generated.push_back(p.name);
  }
  out.screening.predictions = found.screenings;
  for (const Screened& s : found.screened) out.screening.first.push_back({s.size, s.parameter, mean_of(s.gain)});
  out.why = found.why;
  if (!found.choice.empty()) out.choice.emplace();
  for (const ChoiceStep& c : found.choice)
    out.choice->push_back({name_of(c.kind),
                           c.terms,
                           c.parameter,
                           c.difference.mean,
                           {c.difference.low, c.difference.high},
                           c.confidence,
                           c.verdict});
  if (!found.held_out.empty()) out.searches.emplace();
  for (const HeldOut& h : found.held_out) {
    result::Search& s = out.searches->emplace_back();
    for (std::size_t unit : h.units) s.units.push_back(static_cast<int>(unit) + 1);
    s.formula = h.formula;
    s.parameters = h.terms;
  }
  for (const TermReport& t : found.terms) {
    out.terms.push_back(term_of(t));
    out.locality = std::max(out.locality, t.locality);
  }
  out.dropped = found.dropped;
  add_path(found, out);
  add_front(found, out);
  add_baselines(found, out);
  out.held_out = score_of(found.test);
  out.angles = means_of(found.test.alignment);
  const Chance& chance = found.comparison.chance;
  if (!chance.text.empty()) {
    out.found_anything = chance.beaten;
    out.chance = {chance.accuracy,
                  chance.loss,
                  above(found.test.accuracy, chance.accuracy),
                  above(found.test.loss, chance.loss),
                  chance.text,
                  chance.misses ? std::optional(true) : std::nullopt};
  }
  if (found.own_values) out.own_values = document_of(*found.own_values);
  out.indistinguishable.emplace();
  out.indistinguishable->above = alike;
  out.indistinguishable->compared = found.compared;
  for (const Lookalike& l : found.lookalikes)
    out.indistinguishable->pairs.push_back({l.parameter, l.other, l.other_term, l.other_found, l.correlation});
  out.objective.name = d.name;
  out.objective.details = json::parse(d.details);
  out.objective.details.update(json::parse(found.comparison.details));
  out.words = words_of(d);
  for (const rule_search::Fact& f : found.comparison.facts) out.words.facts.push_back({f.name, f.text});
  if (!found.comparison.pictures.empty()) out.pictures = found.comparison.pictures;
  if (!found.comparison.tables.empty()) out.tables = found.comparison.tables;
  add_setting(found, out);
  out.data = {d.data_name, d.data_hash, d.data_split, d.data_drawn};
  out.seed = found.options.seed;
  out.runs = found.runs;
  out.run = {found.seconds, run.started, run.host, run.threads, run.rule.name, run.data_folder, run.recalled};
  out.intervals = fmt::format("95 %: losses, {} and differences by {} over {}; coefficients {}", d.measure_column,
                              intervals_of_scores(found.test), d.units, intervals_of_coefficients(d));
  return out;
}

}  // namespace rule_search
