#include <cmath>
#include <nlohmann/json.hpp>

#include "evaluate/kernels.hpp"
#include "expression/print.hpp"
#include "report/estimates.hpp"
#include "report/evidence.hpp"
#include "report/hall_of_fame.hpp"
#include "report/record.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

json one_or_all(const std::vector<double>& values) { return values.size() == 1 ? json(values[0]) : json(values); }

json angles_json(const Score& s) {
  json out = json::array();
  for (const Estimate& e : s.alignment) out.push_back(estimate_json(e));
  return out;
}

json curve_json(const Curve& c) {
  json points = json::array();
  for (const Score& s : c.points) points.push_back(score_json(s));
  return {{"points", points}, {"ends_as_reported", c.ends_as_reported}};
}

json baseline_json(const Baseline& b) {
  json out = score_json(b.test);
  if (!b.fitted.rule.dw) return out;
  const std::vector<Parameter>& parameters = b.fitted.rule.parameters;
  for (std::size_t k = 0; k < parameters.size(); ++k) out[parameters[k].name] = b.fitted.theta.at(k);
  out["feedback"] = name(b.feedback);
  if (!b.test.alignment.empty()) out["angles"] = angles_json(b.test);
  return out;
}

json trajectory_json(const TrajectoryReport& t) {
  json out = {{"name", "trajectory"},
              {"activation", name(t.options.activation)},
              {"begun_with_single_steps", t.options.one_step},
              {"cells", {{"before", t.before}, {"after", t.after}}},
              {"recordings", {{"search", t.recordings[0]}, {"validation", t.recordings[1]}, {"test", t.recordings[2]}}},
              {"accuracy_is", "the share of the squares that is explained"}};
  if (t.options.activation == Activation::softplus) out["beta"] = t.options.beta;
  // Never 0 alone: results of recordings with first weights look as they did.
  if (t.fitted_first_weights > 0)
    out["first_weights"] = {{"fitted", t.fitted_first_weights}, {"recorded_ones", t.options.fit_initial_weights}};
  if (t.weight_scale > 0) out["weights"] = {{"scale", t.weight_scale}, {"noise", t.noise.weights}};
  if (t.choice_scale > 0) out["choices"] = {{"entropy", t.choice_scale * t.choice_scale}};
  if (t.post_scale > 0) out["post"] = {{"scale", t.post_scale}, {"noise", t.noise.post}};
  return out;
}

json goal_json(const GoalReport& g) {
  json out = {{"name", "function"},
              {"goal", name(g.options.goal)},
              {"activation", name(g.options.activation)},
              {"cells", {{"before", g.options.inputs}, {"after", g.options.cells}}},
              {"steps", g.options.steps},
              {"still", {{"loss", GoalObjective::still}, {"accuracy", 0}}},
              {"silent", score_json(g.silent)},
              {"accuracy_is", "the share of the squares of what the weights miss at first that is gone"}};
  if (g.options.activation == Activation::softplus) out["beta"] = g.options.beta;
  return out;
}

}  // namespace

json program_json() {
  return {{"name", "rule-search"},
          {"version", RULE_SEARCH_VERSION},
          {"compiler", RULE_SEARCH_COMPILER},
          {"processor_path", kernels::processor_path()}};
}

json to_json(const SearchResult& r, const SearchRun& run) {
  json out;
  out["schema"] = 1;
  out["program"] = program_json();
  out["options"] = run.options;
  out["source"] = run.rule.text;
  out["rule"] = r.candidates.name;
  out["citation"] = r.candidates.citation;
  out["formula"] = r.formula;
  out["synapse"] = "dw_ij = " + synapse_form(check_rule({"rule", print(r.found.rule)}).dw, r.found.rule.parameters);
  for (const State& s : r.found.rule.states) {
    const Expr itself = make_variable(Op::state, 0, s.name, s.shape);
    out["states"][s.name] = {{"shape", name(s.shape)},
                             {"latex_name", latex(itself, {})},
                             {"latex_synapse_name", latex_synapse_form(itself, {})},
                             {"initial", s.initial},
                             {"next", print(s.next, r.found.rule.parameters)},
                             {"latex", latex(s.next, r.found.rule.parameters)},
                             {"synapse", synapse_form(s.next, r.found.rule.parameters)},
                             {"latex_synapse", latex_synapse_form(s.next, r.found.rule.parameters)}};
  }
  out["time_constants"] = json::array();
  for (const TimeConstant& c : r.time_constants)
    out["time_constants"].push_back(
        {{"parameter", c.parameter},
         {"latex", latex_name(c.parameter)},
         {"unit", "s"},
         {"written_in", c.unit},
         {"value", one_or_all(c.value)},
         {"interval", json::array({one_or_all(c.low), one_or_all(c.high)})},
         {"at_bound", c.at_bound.size() == 1 ? json(bool(c.at_bound[0])) : json(c.at_bound)}});
  out["latex"] = {{"matrix", latex(r.found.rule.dw, r.found.rule.parameters)},
                  {"synapse", latex_synapse_form(r.found.rule.dw, r.found.rule.parameters)}};
  out["rule_text"] = print(r.found.rule);
  out["candidate_rule"] = print(r.candidates);
  out["candidates"] = terms_of(r.candidates);
  out["screening"] = {{"predictions", r.screenings}, {"first", json::array()}};
  for (const Screened& s : r.screened)
    out["screening"]["first"].push_back(
        {{"terms", s.size}, {"parameter", s.parameter}, {"gain", estimate_json(s.gain)}});
  out["why"] = r.why;
  out["terms"] = json::array();
  Locality whole = Locality::local;
  for (const TermReport& t : r.terms) {
    whole = std::max(whole, t.locality);
    json low = one_or_all(t.low);
    json high = one_or_all(t.high);
    out["terms"].push_back(
        {{"parameter", t.parameter},
         {"term", t.term},
         {"generated", t.generated},
         {"latex", latex_name(t.parameter)},
         {"coefficient", one_or_all(t.coefficient)},
         {"interval", json::array({low, high})},
         {"bootstrap_interval", json::array({one_or_all(t.bootstrap_low), one_or_all(t.bootstrap_high)})},
         {"at_bound", t.at_bound.size() == 1 ? json(bool(t.at_bound[0])) : json(t.at_bound)},
         {"intervals_agree",
          t.intervals_agree.size() == 1 ? json(bool(t.intervals_agree[0])) : json(t.intervals_agree)},
         {"locality", name(t.locality)},
         {"removal_cost", t.removal_cost.mean},
         {"removal_cost_interval", interval_json(t.removal_cost)},
         {"removal_accuracy", t.removal_accuracy.mean},
         {"removal_accuracy_interval", interval_json(t.removal_accuracy)},
         {"removal_diverged", t.removal_diverged}});
  }
  out["locality"] = name(whole);
  out["dropped"] = r.dropped;
  out["path"] = json::array();
  for (std::size_t k = 0; k < r.path.size(); ++k) {
    const PathStep& p = r.path[k];
    json names = json::array();
    for (const Parameter& q : p.fitted.rule.parameters) names.push_back(q.name);
    json step = score_json(p.validation);
    step["parameters"] = names;
    step["theta"] = p.fitted.theta;
    step["fit_loss"] = p.fitted.fit_loss;
    step["excess"] = estimate_json(p.excess);
    step["chosen"] = k == r.chosen;
    out["path"].push_back(step);
  }
  out["front"] = front_json(r);
  out["curves"] = {{"episodes", r.options.curve_episodes}, {"rules", {{"found", curve_json(r.curve)}}}};
  for (const Baseline& b : r.baselines) {
    if (!b.curve.points.empty()) out["curves"]["rules"][b.name] = curve_json(b.curve);
  }
  out["held_out"] = score_json(r.test);
  out["angles"] = angles_json(r.test);
  add_evidence(r, out);
  for (const Baseline& b : r.baselines) {
    out["baselines"][b.name] = baseline_json(b);
    out["accuracy_difference"][b.name] = estimate_json(limited(paired(r.test.accuracies, b.test.accuracies), -1, 1));
  }
  if (r.trajectory || r.goal) {
    out["objective"] = r.goal ? goal_json(*r.goal) : trajectory_json(*r.trajectory);
    out["baselines"] = json::object();
    out["setting"] = {{"fit_episodes", r.options.fit_episodes},
                      {"refit_episodes", r.options.refit_episodes},
                      {"validation_episodes", r.options.validation_episodes},
                      {"precision", "double"}};
  } else {
    out["objective"] = {{"name", "task"}};
    out["setting"] = {{"feedback", name(r.options.feedback)},
                      {"layers", r.options.network.layers},
                      {"beta", r.options.network.beta},
                      {"ways", r.options.task.ways},
                      {"shots", r.options.task.shots},
                      {"queries", r.options.task.queries},
                      {"fit_episodes", r.options.fit_episodes},
                      {"refit_episodes", r.options.refit_episodes},
                      {"validation_episodes", r.options.validation_episodes},
                      {"precision", "single"}};
  }
  out["data"] = {{"name", r.data_name}, {"hash", r.data_hash}, {"split", r.split}};
  const Constraints& c = r.options.constraints;
  if (c.max_terms > 0) out["setting"]["max_terms"] = c.max_terms;
  if (!c.must.empty()) out["setting"]["must"] = c.must;
  if (r.options.task.permute_labels) out["setting"]["permute_labels"] = true;
  if (r.options.select > 0) out["setting"]["select"] = r.options.select;
  out["seed"] = r.options.seed;
  out["episodes"] = r.episodes;
  out["run"] = {{"seconds", r.seconds},          {"started", run.started},     {"host", run.host},
                {"threads", run.threads},        {"rule_file", run.rule.name}, {"data_folder", run.data_folder},
                {"recalled_steps", run.recalled}};
  out["intervals"] =
      r.trajectory
          ? "95 %: losses, shares explained and differences by Student's t over cells of recordings; coefficients "
            "by the sandwich formula clustered by cell, bootstrap_interval by a one-step bootstrap over the same "
            "cells"
      : r.goal ? "95 %: losses, shares reached and differences by Student's t over worlds; coefficients by the "
                 "sandwich formula "
                 "clustered by world, bootstrap_interval by a one-step bootstrap over the same worlds"
               : "95 %: losses, accuracies and differences by Student's t over episodes; coefficients by the sandwich "
                 "formula clustered by episode, bootstrap_interval by a one-step bootstrap over the same episodes";
  return out;
}

}  // namespace rule_search
