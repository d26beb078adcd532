#include "search/choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "fit/certainty.hpp"
#include "fit/limits.hpp"
#include "fit/profile.hpp"
#include "search/noise.hpp"
#include "search/removal.hpp"

namespace rule_search {

namespace {

// With the interval by which it was judged.
std::string difference(const Estimate& e, double confidence) {
  const double half = t_quantile(confidence, e.count - 1) * e.standard_error;
  return fmt::format("{:+.4f} ({:+.4f} to {:+.4f}, {:.1f} %)", e.mean, e.mean - half, e.mean + half, 100 * confidence);
}

std::vector<std::size_t> terms_in(const Trial& trial) {
  std::vector<std::size_t> out;
  for (std::size_t r = 0; r < trial.in.size(); ++r) {
    if (trial.in[r]) out.push_back(r);
  }
  return out;
}

std::string terms_have(std::size_t size) { return size == 1 ? "1 term has" : fmt::format("{} terms have", size); }

class Choosing {
 public:
  Choosing(Workbench& bench, const Front& front) : bench_(bench), front_(front) {}

  Choice run() {
    validate();
    const SearchOptions& o = bench_.options();
    reference_ = trials_[best()];
    choice_.why = fmt::format("of the path, {} the least loss on {} validation {} after fitting on {}",
                              terms_have(trials_[best()].size()), o.validation_units,
                              bench_.objective().describe().units, o.refit_units);
    choice_.steps.push_back({ChoiceStep::Kind::least_loss, reference_.size(), "", {}, confidence(), ""});
    const Trial start = smallest_as_good();
    if (start.size() < reference_.size()) smaller_was_taken(start);
    simplify(start);
    settle_removals();
    descend();
    // Pruning further down may have met a rule that does as well.
    while (const std::optional<Trial> smaller = smaller_within_noise()) {
      choice_.why += fmt::format("; of the smaller rules that pruning meets, {} as well within the noise",
                                 smaller->size() == 1 ? "1 term does" : fmt::format("{} terms do", smaller->size()));
      smaller_was_taken(*smaller);
      simplify(*smaller);
      settle_removals();
    }
    if (bench_.objective().traits().cross_validates) {
      choice_.exact = bench_.polished(choice_.exact, o.refit_units);
      now_ = step_of(choice_.exact);
    }
    tell_what_stays();
    choice_.why += "; every other removal costs more than the noise";
    draw_path();
    be_certain(bench_, choice_);
    return std::move(choice_);
  }

 private:
  // At the confidence by which it was judged.
  void add_step(ChoiceStep::Kind kind, std::size_t terms, const std::string& parameter, Estimate difference) {
    const double at = kind == ChoiceStep::Kind::smaller ? confidence_beside_the_best() : confidence();
    const double half = t_quantile(at, difference.count - 1) * difference.standard_error;
    difference.low = difference.mean - half;
    difference.high = difference.mean + half;
    choice_.steps.push_back({kind, terms, parameter, difference, at, "as good"});
  }

  void smaller_was_taken(const Trial& smaller) {
    add_step(ChoiceStep::Kind::smaller, smaller.size(), "",
             paired(step_of(smaller).validation.losses, step_of(reference_).validation.losses));
  }

  // Where units are drawn that would take more of them.
  void tell_what_stays() {
    if (!bench_.objective().traits().cross_validates) return;
    std::size_t k = 0;
    const Rule rule = bench_.rule_of(choice_.exact).rule;
    for (std::size_t r = 0; r < bench_.parameters(); ++r) {
      if (!choice_.exact.in[r]) continue;
      const Trial& rest = choice_.without[k++];
      // A coefficient that must be in stays without a term where the other factor of its term is gone.
      const int index = rule.parameter_index(bench_.candidates().parameters[r].name);
      if (index < 0 || !depends_on_parameter(rule, rule.dw, index)) continue;
      add_step(ChoiceStep::Kind::stays, rest.size(), bench_.candidates().parameters[r].name,
               paired(step_of(rest).validation.losses, now_.validation.losses));
      choice_.steps.back().verdict = why_it_stays(r, rest);
    }
  }

  static PathStep step_of(Workbench& bench, const Trial& trial) {
    PathStep step;
    step.fitted = bench.rule_of(trial);
    step.validation = bench.score(Part::validation, trial, bench.options().validation_units);
    return step;
  }
  PathStep step_of(const Trial& trial) { return step_of(bench_, trial); }

  std::size_t best() const {
    std::size_t best = 0;
    for (std::size_t k = 0; k < choice_.path.size(); ++k) {
      if (choice_.path[k].validation.loss.mean < choice_.path[best].validation.loss.mean) best = k;
    }
    return best;
  }

  void compare() {
    const std::vector<double> least = choice_.path[best()].validation.losses;
    for (PathStep& step : choice_.path) step.excess = paired(step.validation.losses, least);
  }

  // The front, fitted on more units, on validation units; from the smallest rule up, since a larger one
  // may start from a smaller one that has all its terms among its own.
  void validate() {
    const SearchOptions& o = bench_.options();
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [size, trial] : front_) least = std::min(least, trial.loss);
    std::vector<const Trial*> all;
    for (const auto& [size, trial] : front_) all.push_back(&trial);
    bench_.ahead(all.size(), [&](std::size_t k, Workbench& own) {
      const Trial start = own.steadied(*all[k], o.refit_units);
      own.fit(start, o.refit_units, all[k]->loss > 1.5 * least ? 4 : refit_iterations());
    });
    for (const auto& [size, trial] : front_) {
      bench_.tell("refit", fmt::format("{} terms", size), trial.loss,
                  0.55 + 0.17 * static_cast<double>(trials_.size()) / static_cast<double>(front_.size()));
      Trial start = bench_.steadied(trial, o.refit_units);
      if (const Trial* part = bench_.best_within(trial.in, o.refit_units); part != nullptr && part->loss < start.loss) {
        start.theta = part->theta;
        start.loss = part->loss;
      }
      // What is far behind is on the path to be seen, not to be chosen.
      const bool behind = trial.loss > 1.5 * least;
      const Trial fitted = bench_.fit(start, o.refit_units, behind ? 4 : refit_iterations());
      trials_.push_back(std::isfinite(fitted.loss) ? fitted : trial);
    }
    std::reverse(trials_.begin(), trials_.end());
    bench_.scores_ahead(Part::validation, trials_, o.validation_units);
    for (const Trial& trial : trials_) choice_.path.push_back(step_of(trial));
  }

  // Where units are few they are cheap, and exact rules are told by what they leave.
  int refit_iterations() const { return bench_.objective().traits().cross_validates ? 30 : 8; }

  double confidence() const { return 1 - 0.05 / static_cast<double>(std::max<std::size_t>(1, choice_.exact.size())); }

  // The best of many rules looks better than it is, where each was scored by the units that chose it.
  double confidence_beside_the_best() const {
    const bool chosen_by_them = bench_.objective().traits().cross_validates;
    const auto rules = static_cast<double>(std::max<std::size_t>(1, chosen_by_them ? trials_.size() : 1));
    return 1 - (1 - confidence()) / rules;
  }

  // Every term of a rule is put to this test, so each at 95 % for all of them together (Bonferroni).
  Worse than_now(const Trial& trial) {
    return worse(bench_, trial, choice_.exact,
                 choice_.exact.in == reference_.in ? confidence_beside_the_best() : confidence());
  }
  Worse than_best(const Trial& trial) { return worse(bench_, trial, reference_, confidence_beside_the_best()); }
  bool as_good(const Trial& trial) { return than_now(trial) == Worse::no && than_best(trial) == Worse::no; }

  // Why the reported rule keeps a term.
  std::string why_it_stays(std::size_t parameter, const Trial& rest) {
    if (!bench_.may_be_zero(parameter)) return "stays: it must be in";
    if (rest.size() == 0) return "stays: the only term";
    const Worse now = than_now(rest);
    const Worse by = now != Worse::no ? now : than_best(rest);
    const std::string worse = now != Worse::no ? "stays: worse" : "stays: worse than the best of the path";
    switch (by) {
      case Worse::loss:
        return worse + " by the loss";
      case Worse::ratio:
        return worse + " by the ratio of losses";
      case Worse::exact:
        return "stays: the whole rule leaves nothing";
      case Worse::likelihood:
        return worse + " by the likelihood";
      case Worse::no:
        break;
    }
    return "stays";
  }

  // Where rules are told apart by likelihood the best of the path has terms that follow the noise, and taking them out one
  // by one would cost most of a search; the path has taken them out already.
  Trial smallest_as_good() {
    if (!bench_.objective().traits().cross_validates) return reference_;
    choice_.exact = reference_;
    for (std::size_t k = trials_.size(); k-- > 0;) {
      if (trials_[k].size() > 0 && trials_[k].size() < reference_.size() && as_good(trials_[k])) return trials_[k];
    }
    return reference_;
  }

  // Takes every term out of the rule that it can do without.
  void simplify(const Trial& start) {
    choice_.exact = start;
    now_ = step_of(start);
    for (;;) {
      const QuadraticModel model = bench_.model_among_all(choice_.exact);
      choice_.without.clear();
      settled_.clear();
      std::size_t cheapest = 0;
      PathStep rest;
      Estimate cost;
      const std::vector<std::size_t> in = terms_in(choice_.exact);
      bench_.ahead(in.size(), [&](std::size_t k, Workbench& own) { without_term(own, in[k], model); });
      for (std::size_t r = 0; r < bench_.parameters(); ++r) {
        if (!choice_.exact.in[r]) continue;
        const std::string& name = bench_.candidates().parameters[r].name;
        bench_.tell("simplify", fmt::format("{} terms without {}", choice_.exact.size(), name), choice_.exact.loss,
                    0.72 + 0.07 * share_done(r));
        auto [trial, step, settled] = without_term(bench_, r, model);
        choice_.without.push_back(trial);
        settled_.push_back(settled);
        if (trial.size() == 0 || !settled || !bench_.may_be_zero(r)) continue;
        if (!as_good(trial)) continue;
        const Estimate here = paired(step.validation.losses, now_.validation.losses);
        if (!rest.fitted.rule.dw || here.mean < cost.mean) {
          rest = std::move(step);
          cost = here;
          cheapest = choice_.without.size() - 1;
        }
      }
      if (!rest.fitted.rule.dw) break;
      for (std::size_t r = 0; r < bench_.parameters(); ++r) {
        if (!choice_.exact.in[r] || choice_.without[cheapest].in[r]) continue;
        add_step(ChoiceStep::Kind::without, choice_.without[cheapest].size(), bench_.candidates().parameters[r].name,
                 cost);
        choice_.why += fmt::format(
            "; without {} the loss on the same {} changes by {}, within the noise of all its terms together",
            bench_.candidates().parameters[r].name, bench_.objective().describe().units,
            difference(cost, confidence()));
      }
      choice_.exact = Trial(choice_.without[cheapest]);
      now_ = std::move(rest);
    }
  }

  // From the rule that was chosen on down to one term: the path below it is made of its own parts as well,
  // where it is not already.
  void descend() {
    const SearchOptions& o = bench_.options();
    const auto cheapest = [](const std::vector<Trial>& trials) {
      return std::min_element(trials.begin(), trials.end(),
                              [](const Trial& a, const Trial& b) { return a.loss < b.loss; });
    };
    std::vector<Trial> rests = choice_.without;
    std::erase_if(rests, [this](const Trial& rest) { return !bench_.complete(rest.in); });
    while (!rests.empty() && rests.front().size() > 1) {
      const Trial from = *cheapest(rests);
      if (const Trial* part = best_part(from)) {
        rests = {*part};
        continue;
      }
      bench_.tell("descend", fmt::format("{} terms", from.size()), from.loss, 0.9);
      const QuadraticModel model = bench_.model_among_all(from);
      rests.clear();
      const std::vector<std::size_t> in = terms_in(from);
      bench_.ahead(in.size(), [&](std::size_t k, Workbench& own) {
        if (!own.may_be_zero(in[k])) return;
        std::vector<bool> rest = from.in;
        rest[in[k]] = false;
        if (own.fitted(rest, o.refit_units) == nullptr)
          own.fit(rest_without(own, from, model, in[k]), o.refit_units, 6);
      });
      for (std::size_t r = 0; r < bench_.parameters(); ++r) {
        if (!from.in[r] || !bench_.may_be_zero(r)) continue;
        Trial rest = from;
        rest.in[r] = false;
        if (const Trial* known = bench_.fitted(rest.in, o.refit_units)) {
          rests.push_back(*known);
          continue;
        }
        rest = bench_.fit(rest_without(bench_, from, model, r), o.refit_units, 6);
        if (std::isfinite(rest.loss)) rests.push_back(rest);
      }
    }
  }

  // The best rule of one term less, if all its terms are of this one; else null.
  const Trial* best_part(const Trial& whole) const {
    const std::size_t units = bench_.options().refit_units;
    const auto best = bench_.best_by_size(units);
    const auto at = best.find(whole.size() - 1);
    if (at == best.end()) return nullptr;
    for (std::size_t r = 0; r < whole.in.size(); ++r) {
      if (at->second.in[r] && !whole.in[r]) return nullptr;
    }
    return bench_.fitted(at->second.in, units);
  }

  std::optional<Trial> smaller_within_noise() {
    for (const auto& [size, trial] : bench_.best_by_size(bench_.options().refit_units)) {
      if (size == 0 || size >= choice_.exact.size()) continue;
      if (as_good(trial)) return trial;
    }
    return std::nullopt;
  }

  // The best rule of every size by its loss on the refit units; at its own size the chosen one.
  void draw_path() {
    choice_.path.clear();
    std::map<std::size_t, Trial> rules = bench_.best_by_size(bench_.options().refit_units);
    rules[choice_.exact.size()] = choice_.exact;
    for (auto at = rules.rbegin(); at != rules.rend(); ++at) {
      if (at->first == 0) continue;
      if (at->first == choice_.exact.size()) choice_.chosen = choice_.path.size();
      choice_.path.push_back(step_of(at->second));
    }
    compare();
  }

  double share_done(std::size_t r) const { return static_cast<double>(r) / static_cast<double>(bench_.parameters()); }

  struct Rest {
    Trial trial;
    PathStep step;  ///< empty where it is not settled, or has no term
    bool settled = true;
  };

  // The rest of the rule. Where leaving the term out is far beyond the noise after a short fit, the fit on
  // the refit units waits until it is known that the term stays.
  Rest without_term(Workbench& bench, std::size_t r, const QuadraticModel& model) const {
    const SearchOptions& o = bench.options();
    Trial rest = choice_.exact;
    rest.in[r] = false;
    if (rest.size() == 0) {
      for (int e : bench.entries_of(r)) rest.theta[static_cast<std::size_t>(e)] = 0;
      return {rest, {}};
    }
    const std::vector<bool> in = rest.in;
    rest = rest_without(bench, choice_.exact, model, r);
    if (const Trial* known = bench.fitted(in, o.refit_units)) {
      // That fit began elsewhere; from the whole rule's coefficients there may be a better one.
      const Trial start = bench.steadied(rest, o.refit_units);
      if (start.loss < known->loss) bench.fit(start, o.refit_units, refit_iterations());
      const Trial& best = *bench.fitted(in, o.refit_units);
      return {best, step_of(bench, best)};
    }
    const Trial* known = bench.fitted(in, o.fit_units);
    if (known == nullptr) {
      const Trial fitted = bench.fit(rest, o.fit_units, 6, choice_.exact.loss);
      if (std::isfinite(fitted.loss)) rest = fitted;
    }
    if (far_worse(bench, rest)) return {rest, {}, false};
    return settled(bench, rest);
  }

  // Whether a quarter of the validation units is enough to see that a rule does much worse than the present
  // one.
  bool far_worse(Workbench& bench, const Trial& rest) const {
    const std::size_t few = bench.options().validation_units / 4;
    if (few < 20 || bench.objective().traits().cross_validates) return false;
    const std::vector<double>& losses = now_.validation.losses;
    const std::vector<double> same(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(few));
    const Estimate excess = paired(bench.score(Part::validation, rest, few).losses, same);
    constexpr double small = 0.1;
    return excess.mean - t_quantile(confidence(), excess.count - 1) * excess.standard_error > small;
  }

  Rest settled(Workbench& bench, const Trial& rest) const {
    const Trial fitted = bench.fit(rest, bench.options().refit_units, refit_iterations());
    const Trial& best = std::isfinite(fitted.loss) ? fitted : rest;
    return {best, step_of(bench, best)};
  }

  // The cost of a removal that is reported is one after the rest had its chance on as many units as the
  // whole.
  void settle_removals() {
    bench_.ahead(choice_.without.size(), [&](std::size_t k, Workbench& own) {
      if (!settled_[k]) own.fit(choice_.without[k], own.options().refit_units, 4);
    });
    for (std::size_t k = 0; k < choice_.without.size(); ++k) {
      if (settled_[k]) continue;
      bench_.tell("ablate", fmt::format("removal {} of {}", k + 1, choice_.without.size()), choice_.without[k].loss,
                  0.79 + 0.11 * static_cast<double>(k) / static_cast<double>(choice_.without.size()));
      Trial fitted = bench_.fit(choice_.without[k], bench_.options().refit_units, 4);
      if (std::isfinite(fitted.loss)) choice_.without[k] = std::move(fitted);
    }
  }

  Workbench& bench_;
  const Front& front_;
  std::vector<Trial> trials_;
  Trial reference_;            // the best of the path before terms were dropped: many small losses must not add up
  PathStep now_;               // of choice_.exact
  std::vector<bool> settled_;  // by entry of choice_.without: fitted on the refit units
  Choice choice_;
};

}  // namespace

Choice choose(Workbench& bench, const Front& front) { return Choosing(bench, front).run(); }

void be_certain(Workbench& bench, Choice& choice) {
  // Not those that fits scale down: the sandwich is one of the loss itself.
  choice.model = bench.model_in(choice.exact, bench.options().refit_units, false);
  const std::size_t entries = bench.entries_in(choice.exact.in).size();
  choice.certainty = {std::vector<double>(entries, std::numeric_limits<double>::quiet_NaN()),
                      std::vector<double>(entries, 1)};
  if (!choice.model.usable) return;
  const FittedRule rule = bench.rule_of(choice.exact);
  const ParameterLayout layout = fit_layout(rule.rule, bench.objective());
  choice.certainty =
      certainty_of(bench.objective(), choice.model, rule.theta, layout.lower, layout.upper, bench.options().seed);
}

void be_certain_by_profiles(Workbench& bench, Choice& choice) {
  FittedRule exact = bench.rule_of(choice.exact);
  if (!choice.model.usable || !needs_profiles(bench.objective().traits(), exact.rule)) return;
  exact.fit_loss = choice.model.loss;
  bench.tell("intervals", "", exact.fit_loss, 0.9);
  add_profiles(choice.certainty, exact, fit_layout(exact.rule, bench.objective()).all(), bench.objective(),
               bench.steps());
}

}  // namespace rule_search
