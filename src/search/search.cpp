#include "search/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "expression/print.hpp"
#include "search/fitting.hpp"

namespace rule_search {

namespace {

std::vector<double> entries_by_name(const ParameterLayout& from, const std::vector<double>& theta,
                                    const ParameterLayout& to) {
  std::vector<double> out(static_cast<std::size_t>(to.size()), 0.0);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto at = std::find(from.names.begin(), from.names.end(), to.names[k]);
    if (at != from.names.end()) out[k] = theta[static_cast<std::size_t>(at - from.names.begin())];
  }
  return out;
}

Rule with_values(Rule rule, const std::vector<double>& theta, int connections) {
  const ParameterLayout layout(rule.parameters, connections);
  for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
    Parameter& p = rule.parameters[r];
    const auto first = theta.begin() + layout.first[r];
    p.initial.assign(first, first + (p.per_layer ? connections : 1));
  }
  return rule;
}

double rounded(double value, int digits) { return std::stod(fmt::format("{:.{}e}", value, digits - 1)); }

// Fewest significant digits that move the value by at most `allowed`.
int digits_within(double value, double allowed) {
  for (int digits = 1; digits < 9; ++digits) {
    if (std::abs(rounded(value, digits) - value) <= allowed) return digits;
  }
  return 9;
}

Rule one_term(const char* name) {
  return check_rule({name, fmt::format("rule {}\nparam eta = 0\ndw = -eta * err_post * pre'\n", name)});
}

class Search {
 public:
  Search(const Rule& candidates, const Dataset& data, const SearchOptions& options,
         const std::function<void(const Progress&)>& progress)
      : full_(candidates),
        options_(options),
        report_(progress),
        split_(make_split(data, options.task, options.seed)),
        tasks_(data, split_, options.task, options.network, options.feedback, options.seed),
        symmetric_tasks_(data, split_, options.task, options.network, Feedback::symmetric, options.seed),
        fixed_tasks_(data, split_, options.task, options.network, Feedback::fixed, options.seed),
        layout_(full_.parameters, options.network.connections()),
        theta_(static_cast<std::size_t>(layout_.size()), 0.0),
        in_(full_.parameters.size(), false) {
    result_.candidates = candidates;
    result_.options = options;
    result_.split = split_.description;
    result_.data_name = data.name;
    result_.data_hash = data.content_hash;
  }

  SearchResult run() {
    const auto start = std::chrono::steady_clock::now();
    if (full_.parameters.empty())
      throw InputError(fmt::format(
          "the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is", full_.name));
    grow();
    prune();
    validate();
    refit();
    report_terms();
    baselines();
    result_.episodes = episodes_;
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(result_);
  }

 private:
  void tell(const std::string& stage, const std::string& detail, double loss, double share) {
    stage_ = stage;
    detail_ = detail;
    share_ = share;
    if (report_) report_({stage, detail, loss, episodes_, share});
  }

  static EpisodeSource source(const TaskSource& tasks, Part part) {
    return [&tasks, part](std::size_t k) { return tasks.draw(part, k); };
  }

  FitRequest request(std::size_t episodes, int iterations, double radius) {
    FitRequest r;
    r.network = &options_.network;
    r.feedback = options_.feedback;
    r.source = source(tasks_, Part::search);
    r.episodes = episodes;
    r.iterations = iterations;
    r.initial_radius = radius;
    r.progress = [this](std::size_t ran, double loss) {
      episodes_ += ran;
      if (report_) report_({stage_, detail_, loss, episodes_, share_});
    };
    return r;
  }

  std::vector<int> entries_of(std::size_t parameter) const {
    std::vector<int> out;
    for (int k = 0; k < layout_.size(); ++k) {
      if (layout_.parameter[static_cast<std::size_t>(k)] == static_cast<int>(parameter)) out.push_back(k);
    }
    return out;
  }
  std::vector<int> entries_in() const {
    std::vector<int> out;
    for (int k = 0; k < layout_.size(); ++k) {
      if (in_[static_cast<std::size_t>(layout_.parameter[static_cast<std::size_t>(k)])]) out.push_back(k);
    }
    return out;
  }

  FittedRule fit_subset(const std::vector<bool>& in, const std::vector<double>& theta, const FitRequest& r) {
    std::vector<bool> dropped;
    for (bool b : in) dropped.push_back(!b);
    const Rule rule = without(full_, dropped);
    const ParameterLayout layout(rule.parameters, options_.network.connections());
    return fit(rule, entries_by_name(layout_, theta, layout), r);
  }

  std::vector<double> in_full(const FittedRule& f) const {
    return entries_by_name(ParameterLayout(f.rule.parameters, options_.network.connections()), f.theta,
                           layout_);
  }

  bool may_be_zero(std::size_t r) const {
    return full_.parameters[r].lower <= 0 && full_.parameters[r].upper >= 0;
  }

  // --- grow ---

  std::vector<std::pair<double, std::size_t>> ranked(const Slopes& s) const {
    std::vector<std::pair<double, std::size_t>> gains;
    for (std::size_t r = 0; r < in_.size(); ++r) {
      if (!in_[r]) gains.emplace_back(predicted_gain(s, entries_in(), entries_of(r)), r);
    }
    std::sort(gains.rbegin(), gains.rend());
    return gains;
  }

  // At zero the loss is far from its quadratic model, whose step is often too long by orders of magnitude:
  // the best of a row of ever longer steps along the slope is where a first term's fit starts.
  std::vector<double> first_step(const Slopes& s, std::size_t parameter) {
    std::vector<double> best = theta_;
    double best_loss = s.loss;
    for (double length = 0x1p-14; length <= 4; length *= 2) {
      std::vector<double> theta = theta_;
      for (int k : entries_of(parameter)) {
        const auto i = static_cast<std::size_t>(k);
        const double curvature = s.curvature[i * static_cast<std::size_t>(s.size) + i];
        if (curvature > 0)
          theta[i] =
              std::clamp(theta[i] - length * s.gradient[i] / curvature, layout_.lower[i], layout_.upper[i]);
      }
      const Score here = score(full_, theta, options_.network, options_.feedback,
                               source(tasks_, Part::search), options_.fit_episodes);
      episodes_ += options_.fit_episodes;
      if (here.diverged > 0) break;  // longer steps diverge all the more
      if (here.loss.mean < best_loss) {
        best_loss = here.loss.mean;
        best = theta;
      }
    }
    return best;
  }

  // Adds the best of the first `tries` candidates. False where none can be fitted.
  bool add_best(const Slopes& s, bool first, std::size_t tries, int iterations, double radius) {
    const std::vector<std::pair<double, std::size_t>> gains = ranked(s);
    FittedRule best;
    best.fit_loss = std::numeric_limits<double>::infinity();
    std::size_t which = 0;
    for (std::size_t k = 0; k < std::min(tries, gains.size()); ++k) {
      std::vector<bool> in = in_;
      in[gains[k].second] = true;
      detail_ = full_.parameters[gains[k].second].name;
      const std::vector<double> start = first ? first_step(s, gains[k].second) : theta_;
      FittedRule f = fit_subset(in, start, request(options_.fit_episodes, iterations, radius));
      if (f.fit_loss < best.fit_loss) {
        best = std::move(f);
        which = gains[k].second;
      }
    }
    if (!std::isfinite(best.fit_loss)) return false;
    in_[which] = true;
    // The trials are short; the one that is kept is fitted to its end.
    const FittedRule polished = fit_subset(in_, in_full(best), request(options_.fit_episodes, 12, 1));
    if (polished.fit_loss < best.fit_loss) best = polished;
    theta_ = in_full(best);
    loss_ = best.fit_loss;
    return true;
  }

  void grow() {
    const std::size_t all = in_.size();
    for (std::size_t r = 0; r < all; ++r) {
      if (may_be_zero(r)) continue;
      in_[r] = true;
      for (int k : entries_of(r))
        theta_[static_cast<std::size_t>(k)] = layout_.initial[static_cast<std::size_t>(k)];
    }
    tell("grow", "slopes at zero", 0, 0);
    Slopes s = slopes(full_, theta_, request(options_.fit_episodes, 0, 0));
    episodes_ += options_.fit_episodes;
    const bool informative =
        s.usable && std::any_of(s.gradient.begin(), s.gradient.end(), [](double g) { return g != 0; });
    if (!informative) {
      // Nothing can be learnt at zero (every term a product of two parameters, say): start where the file
      // says.
      theta_ = layout_.initial;
      in_.assign(all, true);
      FittedRule f = fit_subset(in_, theta_, request(options_.fit_episodes, 20, 0.1));
      if (!std::isfinite(f.fit_loss))
        throw std::runtime_error(fmt::format(
            "{}: every episode diverges at the initial values\n  hint: make the initial values smaller",
            full_.name));
      theta_ = in_full(f);
      loss_ = f.fit_loss;
      return;
    }
    // Terms that change nothing are not worth their tangents; two in a row, since one can prepare the way for
    // another.
    constexpr double least_gain = 3e-3;
    int idle = 0;
    while (idle < 2 && std::count(in_.begin(), in_.end(), true) < static_cast<std::ptrdiff_t>(all)) {
      const double before = loss_;
      const auto have = static_cast<double>(std::count(in_.begin(), in_.end(), true));
      tell("grow", fmt::format("{} of {}", have, all), loss_, 0.35 * have / static_cast<double>(all));
      const bool first = have == 0;
      // While few terms are in, the quadratic model ranks badly (the loss is far from its optimum over all
      // terms), but trials are cheap: all are tried. Later the two most promising are.
      const std::size_t tries = first ? 3 : have < 3 ? all : 2;
      if (!add_best(s, first, tries, first ? 15 : 5, 1)) break;
      idle = !first && loss_ > (1 - least_gain) * before ? idle + 1 : 0;
      s = slopes(full_, theta_, request(options_.fit_episodes, 0, 0));
      episodes_ += options_.fit_episodes;
      if (!s.usable) break;
    }
  }

  // --- prune ---

  void prune() {
    FittedRule now = fit_subset(in_, theta_, request(options_.fit_episodes, 6, 1));
    record(now);
    auto size = static_cast<std::size_t>(std::count(in_.begin(), in_.end(), true));
    const double steps = static_cast<double>(size);
    while (size > 1) {
      tell("prune", fmt::format("{} terms", size), now.fit_loss,
           0.35 + 0.3 * (1 - static_cast<double>(size) / steps));
      const Slopes s = slopes(full_, theta_, request(options_.fit_episodes, 0, 0));
      episodes_ += options_.fit_episodes;
      std::vector<std::pair<double, std::size_t>> costs;
      for (std::size_t r = 0; r < in_.size(); ++r) {
        if (!in_[r] || !may_be_zero(r)) continue;
        costs.emplace_back(s.usable ? predicted_cost(s, theta_, entries_in(), entries_of(r)) : 0, r);
      }
      if (costs.empty()) break;
      std::sort(costs.begin(), costs.end());
      // Where few terms are left the quadratic model is far from the truth, and every one is tried.
      const std::size_t tries = size <= 4 ? costs.size() : std::min<std::size_t>(2, costs.size());
      FittedRule best;
      best.fit_loss = std::numeric_limits<double>::infinity();
      std::size_t which = costs[0].second;
      for (std::size_t k = 0; k < tries; ++k) {
        std::vector<bool> in = in_;
        in[costs[k].second] = false;
        detail_ = "without " + full_.parameters[costs[k].second].name;
        FittedRule f = fit_subset(in, theta_, request(options_.fit_episodes, size <= 4 ? 10 : 6, 1));
        if (f.fit_loss < best.fit_loss) {
          best = std::move(f);
          which = costs[k].second;
        }
      }
      if (!std::isfinite(best.fit_loss)) break;
      in_[which] = false;
      theta_ = in_full(best);
      now = best;
      record(now);
      --size;
    }
  }

  void record(const FittedRule& f) {
    if (f.rule.parameters.empty() || !std::isfinite(f.fit_loss)) return;
    PathStep step;
    step.fitted = f;
    result_.path.push_back(std::move(step));
  }

  // --- choose ---

  Score score_on(Part part, const FittedRule& f, std::size_t count, bool alignment = false) {
    Score s =
        score(f.rule, f.theta, options_.network, options_.feedback, source(tasks_, part), count, alignment);
    episodes_ += count;
    return s;
  }

  void validate() {
    if (result_.path.empty()) throw std::runtime_error("no rule could be fitted: every episode diverged");
    std::size_t best = 0;
    for (std::size_t k = 0; k < result_.path.size(); ++k) {
      PathStep& step = result_.path[k];
      tell("validate", fmt::format("{} terms", step.fitted.rule.parameters.size()), step.fitted.fit_loss,
           0.65 + 0.1 * static_cast<double>(k) / static_cast<double>(result_.path.size()));
      step.validation = score_on(Part::validation, step.fitted, options_.validation_episodes);
      if (step.validation.loss.mean < result_.path[best].validation.loss.mean) best = k;
    }
    for (PathStep& step : result_.path)
      step.excess = paired(step.validation.losses, result_.path[best].validation.losses);
    result_.chosen = best;
    for (std::size_t k = best + 1; k < result_.path.size(); ++k) {
      if (result_.path[k].excess.low <= 0) result_.chosen = k;
    }
    const PathStep& chosen = result_.path[result_.chosen];
    result_.why = result_.chosen == best
                      ? fmt::format(
                            "it has the least loss on {} validation episodes, and every smaller rule costs "
                            "more than the noise",
                            options_.validation_episodes)
                      : fmt::format(
                            "it is the smallest rule within the noise of the best: over the same {} "
                            "validation episodes its loss is {:+.4f} ({:+.4f} to {:+.4f}) from that of the "
                            "best, which has {} terms",
                            options_.validation_episodes, chosen.excess.mean, chosen.excess.low,
                            chosen.excess.high, result_.path[best].fitted.rule.parameters.size());
  }

  // --- round, and score what is printed ---

  void refit() {
    tell("refit", "coefficients", 0, 0.75);
    const FittedRule& chosen = result_.path[result_.chosen].fitted;
    exact_ = fit(chosen.rule, chosen.theta, request(options_.refit_episodes, 12, 1));
    if (!std::isfinite(exact_.fit_loss)) exact_ = chosen;
    const Slopes s = slopes(exact_.rule, exact_.theta, request(options_.refit_episodes, 0, 0));
    episodes_ += options_.refit_episodes;
    errors_ = s.usable ? standard_errors(s)
                       : std::vector<double>(exact_.theta.size(), std::numeric_limits<double>::quiet_NaN());

    // A digit that changes a coefficient by less than half its standard error says nothing.
    const Score unrounded = score_on(Part::validation, exact_, options_.validation_episodes);
    FittedRule candidate = exact_;
    for (int more = 0; more < 8; ++more) {
      for (std::size_t k = 0; k < exact_.theta.size(); ++k) {
        const double allowed = std::isfinite(errors_[k]) ? errors_[k] / 2 : 0;
        candidate.theta[k] = exact_.theta[k] == 0
                                 ? 0
                                 : rounded(exact_.theta[k], digits_within(exact_.theta[k], allowed) + more);
      }
      const Score r = score_on(Part::validation, candidate, options_.validation_episodes);
      if (paired(r.losses, unrounded.losses).low <= 0) break;
    }
    result_.found = candidate;
    result_.found.rule = with_values(candidate.rule, candidate.theta, options_.network.connections());
    result_.found.rule.name = full_.name + "_found";
    result_.formula = formula(result_.found);
    for (const Parameter& p : full_.parameters) {
      if (result_.found.rule.parameter_index(p.name) < 0) result_.dropped.push_back(p.name);
    }

    tell("test", "found rule", 0, 0.8);
    // What is printed is read again and that is scored.
    const bool per_layer =
        std::any_of(result_.found.rule.parameters.begin(), result_.found.rule.parameters.end(),
                    [](const Parameter& p) { return p.per_layer; });
    const Rule read_back = check_rule(
        {"found rule", per_layer ? print(result_.found.rule) : "rule found\n" + result_.formula + "\n"});
    const ParameterLayout layout(read_back.parameters, options_.network.connections());
    FittedRule printed{read_back, layout.initial, 0};
    result_.test = score_on(Part::test, printed, options_.test_episodes, true);
    const Score in_memory = score_on(Part::test, result_.found, options_.test_episodes);
    const Estimate difference = paired(in_memory.losses, result_.test.losses);
    if (!(std::abs(difference.mean) <= 1e-3 * std::max(1.0, result_.test.loss.mean))) {
      throw std::runtime_error(
          fmt::format("the printed formula scores {:.6f} but the rule that was found {:.6f}; nothing is "
                      "reported, since one of them must be wrong",
                      result_.test.loss.mean, in_memory.loss.mean));
    }
  }

  void report_terms() {
    const Rule& rule = result_.found.rule;
    const ParameterLayout layout(rule.parameters, options_.network.connections());
    const double t = t_quantile(0.95, static_cast<int>(options_.refit_episodes) - 1);
    for (std::size_t r = 0; r < rule.parameters.size(); ++r) {
      tell("ablate", rule.parameters[r].name, 0,
           0.82 + 0.1 * static_cast<double>(r) / static_cast<double>(rule.parameters.size()));
      TermReport term;
      term.parameter = rule.parameters[r].name;
      for (std::size_t k = 0; k < layout.names.size(); ++k) {
        if (layout.parameter[k] != static_cast<int>(r)) continue;
        term.coefficient.push_back(result_.found.theta[k]);
        term.low.push_back(exact_.theta[k] - t * errors_[k]);
        term.high.push_back(exact_.theta[k] + t * errors_[k]);
      }
      for (const Expr& s : summands(rule.dw)) {
        if (depends_on_parameter(s, static_cast<int>(r)))
          term.locality = std::max(term.locality, locality(s));
      }
      std::vector<bool> dropped(rule.parameters.size(), false);
      dropped[r] = true;
      const Rule rest = without(rule, dropped);
      const ParameterLayout rest_layout(rest.parameters, options_.network.connections());
      FittedRule refitted{rest, entries_by_name(layout, result_.found.theta, rest_layout), 0};
      if (!rest.parameters.empty()) {
        const FittedRule f = fit(rest, refitted.theta, request(options_.fit_episodes, 8, 1));
        if (std::isfinite(f.fit_loss)) refitted = f;
      }
      const Score s = score_on(Part::test, refitted, options_.test_episodes);
      term.removal_cost = paired(s.losses, result_.test.losses);
      term.removal_diverged = s.diverged > 0;
      result_.terms.push_back(std::move(term));
    }
  }

  void baselines() {
    const auto run = [&](const char* name, Feedback feedback, const TaskSource& tasks) {
      tell("baselines", name, 0, feedback == Feedback::fixed ? 0.92 : 0.96);
      Baseline b;
      b.feedback = feedback;
      FitRequest r = request(options_.refit_episodes, 15, 1);
      r.feedback = feedback;
      r.source = source(tasks, Part::search);
      b.fitted = fit(one_term(name), {0.0}, r);
      b.test = score(b.fitted.rule, b.fitted.theta, options_.network, feedback, source(tasks, Part::test),
                     options_.test_episodes, true);
      episodes_ += options_.test_episodes;
      return b;
    };
    result_.feedback_alignment = run("feedback_alignment", Feedback::fixed, fixed_tasks_);
    result_.backpropagation = run("backpropagation", Feedback::symmetric, symmetric_tasks_);
    tell("done", "", result_.test.loss.mean, 1);
  }

  Rule full_;
  SearchOptions options_;
  std::function<void(const Progress&)> report_;
  Split split_;
  TaskSource tasks_, symmetric_tasks_, fixed_tasks_;
  ParameterLayout layout_;
  std::vector<double> theta_;
  std::vector<bool> in_;
  double loss_ = 0;
  FittedRule exact_;
  std::vector<double> errors_;
  SearchResult result_;
  std::size_t episodes_ = 0;
  std::string stage_, detail_;
  double share_ = 0;
};

}  // namespace

Score score(const Rule& rule, const std::vector<double>& theta, const Network& network, Feedback feedback,
            const EpisodeSource& source, std::size_t count, bool alignment) {
  const Batch batch(plan::lower(rule), network, feedback, {});
  Wanted wanted;
  wanted.alignment = alignment;
  Score s;
  std::vector<std::vector<double>> angles;
  for (const Outcome& o : batch.run(source, count, theta, wanted)) {
    s.diverged += o.diverged;
    s.losses.push_back(o.diverged ? std::log(static_cast<double>(network.layers.back())) : o.loss);
    s.accuracies.push_back(o.diverged ? 0 : o.accuracy);
    angles.resize(std::max(angles.size(), o.alignment.size()));
    for (std::size_t l = 0; l < o.alignment.size(); ++l) angles[l].push_back(o.alignment[l]);
  }
  s.loss = estimate(s.losses);
  s.accuracy = estimate(s.accuracies);
  for (const std::vector<double>& a : angles) s.alignment.push_back(estimate(a));
  return s;
}

std::string formula(const FittedRule& fitted) {
  std::vector<bool> replace;
  std::vector<double> values;
  for (const Parameter& p : fitted.rule.parameters) {
    replace.push_back(!p.per_layer);
    values.push_back(p.initial[0]);
  }
  Expr dw = simplify(substitute(fitted.rule.dw, replace, values));
  if (dw->shape.is_number()) dw = make(Op::multiply, {make_number(0), make_quantity(Quantity::w)});
  return "dw = " + print(dw, fitted.rule.parameters);
}

SearchResult search(const Rule& candidates, const Dataset& data, const SearchOptions& options,
                    const std::function<void(const Progress&)>& progress) {
  return Search(candidates, data, options, progress).run();
}

}  // namespace rule_search
