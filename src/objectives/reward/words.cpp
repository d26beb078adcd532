// What reports say of a search for a rule that learns from reward.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "objectives/reward/baselines.hpp"
#include "objectives/reward/drawn.hpp"
#include "objectives/reward/exhibits.hpp"
#include "objectives/reward/long_sessions.hpp"
#include "objectives/reward/objective.hpp"

namespace rule_search {

using nlohmann::json;

Description RewardObjective::describe() const {
  const RewardOptions& o = options_;
  Description d;
  d.name = "reward";
  d.headline = {"Task", fmt::format("{}: {} neurons, sessions of {} trials of {} steps", o.task->name, o.neurons,
                                    o.trials, o.steps)};
  d.unit = "session";
  d.units = d.runs = "sessions";
  d.validation_units = "validation sessions";
  d.test_units = "test sessions";
  d.precision = "single";
  d.coefficient_intervals = intervals_over_wide_steps;
  d.trials = o.trials;
  d.measure = "right trials";
  d.measure_key = "right_trials";
  d.measure_column = "right trials";
  d.measure_unit = " % of the trials right";
  d.loss_meaning = "half the mean error of a trial, which is the square of what the output misses and counts 2 at most";
  d.loss_reference = "An output of 0 has 0.5.";
  d.context = fmt::format("task {}, {} trials", o.task->name, o.trials);
  d.answer_begins = "a recurrent network learns from reward to give";
  d.answer_ends = fmt::format("of the task {} in {{}} test sessions", o.task->name);
  d.facts.push_back(
      {"Network", fmt::format("{} neurons, gain {:g}, dt/tau {:g}; perturbed by up to {:g}, {:g} % of them "
                              "a step",
                              o.neurons, o.gain, o.alpha, o.perturbation, 100 * o.perturbed)});
  d.facts.push_back(
      {"Change", o.clip > 0 ? fmt::format("{:g} dw, at most {:g}", o.rate, o.clip) : fmt::format("{:g} dw", o.rate)});
  const json setting = {{"task", o.task->name},
                        {"neurons", o.neurons},
                        {"trials", o.trials},
                        {"steps", o.steps},
                        {"alpha", o.alpha},
                        {"gain", o.gain},
                        {"readout", o.readout},
                        {"perturbation", o.perturbation},
                        {"perturbed", o.perturbed},
                        {"rate", o.rate},
                        {"clip", o.clip},
                        {"average_keep", o.average_keep},
                        {"slopes", o.exact ? "exact" : "cut"}};
  d.setting = d.details = dump(setting);
  d.data_name = "sessions";
  Hash hash;
  for (Part part : {Part::search, Part::validation, Part::test}) {
    DrawnSession first(o, seed_, part, 0);
    const Session& s = first.session();
    for (const std::vector<double>* values : {&s.weights, &s.input_weights, &s.readout, &first[0].perturbation})
      hash.add(values->data(), values->size() * sizeof(double));
  }
  d.data_hash = hash.text();
  d.data_split = "drawn at random";
  d.data_drawn = true;
  return d;
}

namespace {

// Of two rules on the same sessions: the geometric mean of the ratio of their trials.
std::string ratio_text(const Criterion& found, const Criterion& other) {
  const Estimate log = paired_ratio(found.trials, other.trials, 0);
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", std::exp(log.mean), std::exp(log.low), std::exp(log.high));
}

// A row for every rule; the first is the found one.
Table criterion_table(const std::vector<std::string>& titles, const std::vector<LongSessions>& rules, int longest) {
  Table out;
  out.title = fmt::format("Trials until {} of the last {} are right", criterion_right, criterion_window);
  out.columns = {"rule", "median", "quartiles", "reached, % of sessions", "trials of the found rule / its trials"};
  for (std::size_t k = 0; k < rules.size(); ++k) {
    const Criterion& c = rules[k].criterion;
    const Estimate share = c.share_reached();
    out.rows.push_back({titles[k], fmt::format("{:.0f}", c.quantile(0.5)),
                        fmt::format("{:.0f} to {:.0f}", c.quantile(0.25), c.quantile(0.75)),
                        fmt::format("{:.0f} ({:.0f} to {:.0f})", 100 * share.mean, 100 * share.low, 100 * share.high),
                        k == 0 ? "-" : ratio_text(rules[0].criterion, c)});
  }
  out.note = fmt::format(
      "{} test sessions of {} trials. A session that never gets there counts as all its trials. Shares with Wilson's "
      "interval. Ratios: geometric means over the same sessions, with 95 % intervals.",
      rules[0].criterion.trials.size(), longest);
  return out;
}

}  // namespace

Comparison RewardObjective::compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                                    Steps& steps) const {
  Comparison c;
  constexpr double half = 0.5;  // of the trials a constant answer is right, or none
  c.chance = {loss_of_no_change, half, test.accuracy.low > half, ""};
  c.chance.text = fmt::format(
      "{}: in {} test sessions {:.1f} % ({:.1f} to {:.1f}) of the trials are right.",
      c.chance.beaten ? "The found rule is better than chance" : "No rule was found that is better than chance",
      test.accuracy.count, 100 * test.accuracy.mean, 100 * test.accuracy.low, 100 * test.accuracy.high);
  c.baselines = reward_baselines(*this, request, steps);
  std::vector<std::string> titles = {"found"};
  std::vector<LongSessions> rules = {long_sessions(found, *this, request.test_units, steps)};
  json trials;
  trials["found"] = rules[0].criterion.trials;
  for (const Baseline& b : c.baselines) {
    titles.push_back(b.title);
    rules.push_back(long_sessions(b.fitted, *this, request.test_units, steps));
    trials[b.name] = rules.back().criterion.trials;
  }
  c.tables.push_back(criterion_table(titles, rules, options_.report_trials));
  c.pictures.push_back(learning_curves(titles, rules, options_.report_trials));
  if (std::optional<Picture> trace = trace_picture(found)) c.pictures.push_back(std::move(*trace));
  constexpr std::size_t networks = 8;
  if (std::optional<Table> dynamics = dynamics_table(found, *this, std::min(networks, request.test_units)))
    c.tables.push_back(std::move(*dynamics));
  c.details = dump({{"trials_to_criterion", trials}, {"trials_of_reports", options_.report_trials}});
  return c;
}

}  // namespace rule_search
