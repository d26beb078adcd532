#include "search/workbench.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fit/limits.hpp"
#include "fit/starts.hpp"

namespace rule_search {

namespace {

std::vector<double> entries_by_name(const ParameterLayout& from, const std::vector<double>& theta,
                                    const ParameterLayout& to, std::vector<double> out) {
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto at = std::find(from.names.begin(), from.names.end(), to.names[k]);
    if (at != from.names.end()) out[k] = theta[static_cast<std::size_t>(at - from.names.begin())];
  }
  return out;
}

}  // namespace

std::size_t Trial::size() const { return static_cast<std::size_t>(std::count(in.begin(), in.end(), true)); }

Workbench::Workbench(const Rule& candidates, const Objective& objective, const SearchOptions& options,
                     const std::function<void(const Progress&)>& progress, Steps& steps)
    : candidates_(candidates),
      objective_(objective),
      options_(options),
      report_(progress),
      steps_(steps),
      layout_(fit_layout(candidates, objective)),
      cross_validates_(objective.traits().cross_validates),
      has_shapes_(std::any_of(candidates.parameters.begin(), candidates.parameters.end(), is_shape)) {}

Workbench::Workbench(const Workbench& other, Steps& steps)
    : candidates_(other.candidates_),
      objective_(other.objective_),
      options_(other.options_),
      steps_(steps),
      layout_(other.layout_),
      cross_validates_(other.cross_validates_),
      has_shapes_(other.has_shapes_),
      shapes_(other.shapes_),
      acts_alone_(other.acts_alone_),
      fitted_(other.fitted_),
      losses_(other.losses_),
      scored_(other.scored_) {}

void Workbench::ahead(std::size_t count, const std::function<void(std::size_t, Workbench&)>& procedure, bool bounded) {
  // A fit on fresh units that may be given up is another one than a fit that may not.
  if (bounded && options_.fresh) return;
  steps_.ahead(
      count,
      [&](std::size_t k, Steps& steps) {
        Workbench own(*this, steps);
        procedure(k, own);
      },
      bounded ? 3 : 2);
}

std::vector<double> Workbench::nothing_in() const {
  std::vector<double> theta(static_cast<std::size_t>(layout_.size()), 0.0);
  for (std::size_t r = 0; r < parameters(); ++r) {
    if (is_term(r)) continue;
    for (int k : entries_of(r)) theta[static_cast<std::size_t>(k)] = layout_.initial[static_cast<std::size_t>(k)];
  }
  return theta;
}

double Workbench::moved(std::size_t entry, double from, double step) const {
  const Parameter& p = candidates_.parameters[static_cast<std::size_t>(layout_.parameter[entry])];
  const double to = is_time_constant(p) ? from * std::exp(step / from) : from + step;
  return std::clamp(to, layout_.lower[entry], layout_.upper[entry]);
}

std::vector<int> Workbench::entries_of(std::size_t parameter) const {
  std::vector<int> out;
  for (int k = 0; k < layout_.size(); ++k) {
    if (layout_.parameter[static_cast<std::size_t>(k)] == static_cast<int>(parameter)) out.push_back(k);
  }
  return out;
}

std::vector<int> Workbench::entries_in(const std::vector<bool>& in) const {
  std::vector<bool> there = in;
  for (std::size_t needed : shapes_with(in)) there[needed] = true;
  std::vector<int> out;
  for (int k = 0; k < layout_.size(); ++k) {
    if (there[static_cast<std::size_t>(layout_.parameter[static_cast<std::size_t>(k)])]) out.push_back(k);
  }
  return out;
}

const std::vector<std::size_t>& Workbench::shapes_with(const std::vector<bool>& in) const {
  static const std::vector<std::size_t> none;
  if (!has_shapes_) return none;  // most pools have none, and nothing to find out
  const auto [at, fresh] = shapes_.try_emplace(in);
  if (!fresh) return at->second;
  for (const Parameter& p : rule_with(in).parameters) {
    if (is_shape(p)) at->second.push_back(static_cast<std::size_t>(candidates_.parameter_index(p.name)));
  }
  return at->second;
}

bool Workbench::may_be_zero(std::size_t parameter) const {
  const Parameter& p = candidates_.parameters[parameter];
  const std::vector<std::string>& must = options_.constraints.must;
  if (std::find(must.begin(), must.end(), p.name) != must.end()) return false;
  return p.lower <= 0 && p.upper >= 0;
}

bool Workbench::complete(const std::vector<bool>& in) const {
  const std::size_t most = options_.constraints.max_terms;
  if (most > 0 && static_cast<std::size_t>(std::count(in.begin(), in.end(), true)) > most) return false;
  for (std::size_t r = 0; r < in.size(); ++r) {
    if (!in[r] && is_term(r) && !may_be_zero(r)) return false;
  }
  return std::find(in.begin(), in.end(), true) == in.end() || changes_weights(in);
}

bool Workbench::changes_weights(const std::vector<bool>& in) const {
  acts_alone_.resize(in.size());
  for (std::size_t r = 0; r < in.size(); ++r) {
    if (!in[r]) continue;
    if (!acts_alone_[r]) {
      std::vector<bool> alone(in.size(), false);
      alone[r] = true;
      acts_alone_[r] = terms_of(rule_with(alone)) > 0;
    }
    if (*acts_alone_[r]) return true;
  }
  return terms_of(rule_with(in)) > 0;
}

Rule Workbench::rule_with(const std::vector<bool>& in) const {
  std::vector<bool> dropped;
  for (std::size_t r = 0; r < in.size(); ++r) dropped.push_back(!in[r] && is_term(r));
  return without(candidates_, dropped);
}

FittedRule Workbench::rule_of(const Trial& trial) const {
  Rule rule = rule_with(trial.in);
  const ParameterLayout layout(rule.parameters, objective_.connections());
  std::vector<double> theta = entries_by_name(layout_, trial.theta, layout, layout.initial);
  return {std::move(rule), std::move(theta), trial.loss};
}

FitRequest Workbench::request(std::size_t units, int iterations, double radius) {
  FitRequest r;
  r.objective = &objective_;
  r.units = units;
  r.iterations = iterations;
  r.initial_radius = radius;
  r.fresh = options_.fresh;
  r.progress = [this](std::size_t ran, double loss) { count(ran, loss); };
  return r;
}

Trial Workbench::fit(const Trial& start, std::size_t count, int iterations, double goal, double initial_radius) {
  const FittedRule from = rule_of(start);
  FitRequest r = request(count, iterations, initial_radius);
  r.hopeless_above = goal;
  const Trial trial = trial_of(start, steps_.fit(from.rule, from.theta, r));
  remember(trial, count);
  return trial;
}

Trial Workbench::fit_from_several(const Trial& start, std::size_t count) {
  const FittedRule from = rule_of(start);
  constexpr int iterations = 50;
  const Trial trial =
      trial_of(start, rule_search::fit_from_several(from.rule, from.theta, request(count, iterations, 1), steps_));
  remember(trial, count);
  return trial;
}

Trial Workbench::polished(const Trial& trial, std::size_t count) {
  if (trial.size() == 0) return trial;
  const FittedRule from = rule_of(trial);
  FitRequest r = request(count, 20, 1e3);
  r.to_the_end = true;
  const Trial better = trial_of(trial, steps_.fit(from.rule, from.theta, r));
  if (!(better.loss < trial.loss)) return trial;
  remember(better, count);
  return better;
}

Trial Workbench::fitted_to_surrogate(const Trial& start, std::size_t count, int iterations) {
  std::vector<const Objective*> surrogates;
  for (const Objective* o = objective_.surrogate(); o != nullptr; o = o->surrogate()) surrogates.push_back(o);
  Trial trial = start;
  for (auto at = surrogates.rbegin(); at != surrogates.rend(); ++at) {
    const FittedRule from = rule_of(trial);
    // The easiest is nearly quadratic, and a long step the right one; the others begin near their end.
    FitRequest r = request(count, iterations, at == surrogates.rbegin() ? 1e3 : 1);
    r.objective = *at;
    const Trial fitted = trial_of(trial, steps_.fit(from.rule, from.theta, r));
    if (std::isfinite(fitted.loss)) trial = fitted;
  }
  return trial;
}

Trial Workbench::trial_of(const Trial& start, const FittedRule& fitted) const {
  const ParameterLayout layout(fitted.rule.parameters, objective_.connections());
  std::vector<double> theta = start.theta;
  for (std::size_t r = 0; r < parameters(); ++r) {
    for (int k : is_term(r) ? entries_of(r) : std::vector<int>()) theta[static_cast<std::size_t>(k)] = 0;
  }
  return {start.in, entries_by_name(layout, fitted.theta, layout_, std::move(theta)), fitted.fit_loss, fitted.given_up};
}

void Workbench::remember(const Trial& trial, std::size_t count) {
  if (!std::isfinite(trial.loss)) return;
  const auto [at, fresh] = fitted_[count].try_emplace(trial.in, trial);
  if (fresh) return;
  const bool given_up = at->second.given_up && trial.given_up;
  if (trial.loss < at->second.loss) at->second = trial;
  at->second.given_up = given_up;
}

const Trial* Workbench::known(const std::vector<bool>& in, std::size_t count) const {
  const auto trials = fitted_.find(count);
  if (trials == fitted_.end()) return nullptr;
  const auto at = trials->second.find(in);
  return at == trials->second.end() ? nullptr : &at->second;
}

const Trial* Workbench::fitted(const std::vector<bool>& in, std::size_t count) const {
  const Trial* const trial = known(in, count);
  return trial == nullptr || trial->given_up ? nullptr : trial;
}

const Trial* Workbench::best_within(const std::vector<bool>& in, std::size_t count) const {
  const auto trials = fitted_.find(count);
  if (trials == fitted_.end()) return nullptr;
  const Trial* best = nullptr;
  for (const auto& [terms, trial] : trials->second) {
    bool within = best == nullptr || trial.loss < best->loss;
    for (std::size_t r = 0; r < in.size() && within; ++r)
      within = in[r] ? terms[r] || !is_term(r) || may_be_zero(r) : !terms[r];
    if (within) best = &trial;
  }
  return best;
}

std::vector<bool> Workbench::terms_that_act(const Trial& trial) const {
  std::vector<bool> acts(trial.in.size(), false);
  for (std::size_t k = 0; k < trial.theta.size(); ++k) {
    if (trial.theta[k] != 0) acts[static_cast<std::size_t>(layout_.parameter[k])] = true;
  }
  for (std::size_t r = 0; r < acts.size(); ++r) acts[r] = trial.in[r] && (acts[r] || !may_be_zero(r));
  return acts;
}

std::map<std::size_t, Trial> Workbench::best_by_size(std::size_t count) const {
  std::map<std::size_t, Trial> best;
  const auto trials = fitted_.find(count);
  if (trials == fitted_.end()) return best;
  std::map<std::size_t, std::pair<const Trial*, std::vector<bool>>> fitted;
  for (const auto& [terms, trial] : trials->second) {
    std::vector<bool> acting = terms_that_act(trial);
    if (!complete(acting)) continue;
    const auto [at, fresh] = fitted.try_emplace(trial.size(), &trial, acting);
    if (!fresh && trial.loss < at->second.first->loss) at->second = {&trial, std::move(acting)};
  }
  for (const auto& [size, row] : fitted) {
    Trial trial = *row.first;
    trial.in = row.second;
    const auto [at, fresh] = best.try_emplace(trial.size(), trial);
    if (!fresh && trial.loss < at->second.loss) at->second = std::move(trial);
  }
  return best;
}

double Workbench::loss(const Trial& trial, std::size_t units) {
  if (units == 0) units = options_.fit_units;
  const std::tuple key(units, trial.in, trial.theta);
  if (const auto known = losses_.find(key); known != losses_.end()) return known->second;
  const FittedRule f = rule_of(trial);
  const Score s = steps_.score(f.rule, f.theta, objective_, Part::search, units);
  count(units, s.loss.mean);
  return losses_[key] = s.diverged > 0 ? std::numeric_limits<double>::infinity() : s.loss.mean;
}

Trial Workbench::steadied(Trial trial, std::size_t count) {
  trial.loss = loss(trial, count);
  for (int shorter = 0; shorter < 6 && !std::isfinite(trial.loss); ++shorter) {
    for (int k : entries_in(trial.in)) {
      const auto i = static_cast<std::size_t>(k);
      if (!is_term(static_cast<std::size_t>(layout_.parameter[i]))) continue;
      trial.theta[i] = std::clamp(0.8 * trial.theta[i], layout_.lower[i], layout_.upper[i]);
    }
    trial.loss = loss(trial, count);
  }
  return trial;
}

Workbench::Towards Workbench::model_towards(const Trial& trial, const std::vector<std::size_t>& beside,
                                            std::size_t units, bool tempered) {
  Trial both = trial;
  for (std::size_t r : beside) both.in[r] = true;
  const FittedRule f = rule_of(both);
  count(units, trial.loss);
  FitRequest r = request(units, 0, 1);
  r.tempered = tempered;
  Towards out{steps_.quadratic_model(f.rule, f.theta, r), {}, {}};
  const ParameterLayout layout(f.rule.parameters, objective_.connections());
  for (const std::string& name : layout.names) {
    const auto at = std::find(layout_.names.begin(), layout_.names.end(), name);
    out.entries.push_back(static_cast<int>(at - layout_.names.begin()));
    out.parameter.push_back(layout_.parameter[static_cast<std::size_t>(out.entries.back())]);
  }
  return out;
}

std::vector<int> Workbench::Towards::places(std::size_t of) const {
  std::vector<int> out;
  for (std::size_t k = 0; k < parameter.size(); ++k) {
    if (parameter[k] == static_cast<int>(of)) out.push_back(static_cast<int>(k));
  }
  return out;
}

QuadraticModel Workbench::model_in(const Trial& trial, std::size_t units, bool tempered) {
  const FittedRule f = rule_of(trial);
  FitRequest r = request(units, 0, 1);
  r.tempered = tempered;
  r.wide = !tempered;
  count(runs_of_quadratic_model(r, f.theta.size()), trial.loss);
  return steps_.quadratic_model(f.rule, f.theta, r);
}

QuadraticModel Workbench::surrogate_model_in(const Trial& trial, std::size_t units) {
  const FittedRule f = rule_of(trial);
  count(units, trial.loss);
  FitRequest r = request(units, 0, 1);
  r.objective = objective_.surrogate();
  r.tempered = false;
  return steps_.quadratic_model(f.rule, f.theta, r);
}

QuadraticModel Workbench::model_among_all(const Trial& trial) {
  const std::pair key(trial.in, trial.theta);
  auto known = models_.find(key);
  if (known == models_.end()) known = models_.emplace(key, model_towards(trial, {}, options_.fit_units)).first;
  const Towards& towards = known->second;
  const QuadraticModel& in = towards.model;
  const std::vector<int>& entries = towards.entries;
  QuadraticModel out;
  out.usable = in.usable;
  out.loss = in.loss;
  out.size = layout_.size();
  const auto n = static_cast<std::size_t>(out.size);
  out.gradient.assign(n, 0);
  out.curvature.assign(n * n, 0);
  if (!in.usable) return out;
  for (std::size_t a = 0; a < entries.size(); ++a) {
    const auto row = static_cast<std::size_t>(entries[a]);
    out.gradient[row] = in.gradient[a];
    for (std::size_t b = 0; b < entries.size(); ++b)
      out.curvature[row * n + static_cast<std::size_t>(entries[b])] = in.curvature[a * entries.size() + b];
  }
  return out;
}

Score Workbench::score(Part part, const FittedRule& rule, std::size_t units, bool alignment) {
  count(units, rule.fit_loss);
  return steps_.score(rule.rule, rule.theta, objective_, part, units, alignment);
}

const Score& Workbench::score(Part part, const Trial& trial, std::size_t units) {
  const bool held_out_in_turn = part == Part::validation && cross_validates_;
  if (held_out_in_turn) units = objective_.units(Part::search);
  const std::tuple key(part, units, trial.in, trial.theta);
  if (const auto known = scored_.find(key); known != scored_.end()) return known->second;
  const FittedRule f = rule_of(trial);
  if (held_out_in_turn) count(units, f.fit_loss);
  Score score = held_out_in_turn ? steps_.cross_validated(f.rule, f.theta, objective_) : this->score(part, f, units);
  return scored_[key] = std::move(score);
}

void Workbench::scores_ahead(Part part, const std::vector<Trial>& trials, std::size_t units) {
  if (part == Part::validation && cross_validates_) {
    ahead(trials.size(), [&](std::size_t k, Workbench& own) { own.score(part, trials[k], units); });
    return;
  }
  std::vector<FittedRule> rules;
  for (const Trial& t : trials) {
    if (scored_.count({part, units, t.in, t.theta}) == 0) rules.push_back(rule_of(t));
  }
  steps_.scores_ahead(rules, objective_, part, units);
}

Curve Workbench::curve(const FittedRule& fitted) {
  return steps_.curve(fitted, objective_, options_.curve_units,
                      [this](std::size_t ran, double loss) { count(ran, loss); });
}

FittedRule Workbench::fit_from(const Rule& rule, const std::vector<double>& start, int iterations, double radius) {
  return steps_.fit(rule, start, request(options_.fit_units, iterations, radius));
}

std::vector<FrontRule> Workbench::front_so_far() const {
  std::map<std::size_t, Trial> best = best_by_size(options_.fit_units);
  for (auto& [size, trial] : best_by_size(options_.refit_units)) best[size] = std::move(trial);
  std::vector<FrontRule> out;
  for (const auto& [size, trial] : best) {
    if (size == 0) continue;
    FrontRule r;
    r.complexity = size;
    r.fitted = rule_of(trial);
    r.fitted.rule = with_values(std::move(r.fitted.rule), r.fitted.theta, objective_.connections());
    r.loss.mean = trial.loss;
    for (const auto& [key, score] : scored_) {
      const auto& [part, units, in, theta] = key;
      if (part != Part::validation || in != trial.in || theta != trial.theta) continue;
      if (r.validated && score.loss.count < r.loss.count) continue;
      r.validated = true;
      r.loss = score.loss;
      r.accuracy = score.accuracy;
    }
    out.push_back(std::move(r));
  }
  return out;
}

void Workbench::tell(const std::string& stage, const std::string& detail, double loss, double share) {
  progress_ = {stage, detail, loss, runs_, part_of_all_ * share};
  if (report_) report_(progress_);
  if (front_told_) front_told_(front_so_far());
}

void Workbench::count(std::size_t units, double loss) {
  runs_ += units;
  progress_.runs = runs_;
  progress_.loss = loss;
  if (report_) report_(progress_);
}

}  // namespace rule_search
