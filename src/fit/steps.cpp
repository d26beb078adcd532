#include "fit/steps.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <numeric>
#include <utility>
#include <vector>

#include "base/parallel.hpp"
#include "fit/cross_validation.hpp"
#include "fit/sharing.hpp"

namespace rule_search {

// The steps of one procedure that is carried out ahead.
class Steps::Ahead final : public Steps {
 public:
  /// Results that are known stand in `known`, new ones come into `fresh`.
  Ahead(std::shared_ptr<KeptSteps> known, KeptSteps& fresh, Execution execution)
      : Steps(std::move(known)), fresh_(fresh), execution_(std::move(execution)) {}

  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override {
    const std::string key = key_of_step("fit", rule, start, request);
    for (KeptSteps* place : {&fresh_, kept_.get()}) {
      if (auto known = place->fit(key, request.hopeless_above, request.fresh, KeptSteps::Use::look)) {
        known->fitted.rule = rule;
        return known->fitted;
      }
    }
    KeptSteps::Fit out{{}, 0, request.hopeless_above};
    FitRequest counted = ready(request);
    counted.progress = [&out](std::size_t units, double) { out.units += units; };
    out.fitted = rule_search::fit(rule, start, counted);
    fresh_.keep(key, out);
    return out.fitted;
  }
  QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta,
                                 const FitRequest& request) override {
    const std::string key = key_of_step("model", rule, theta, request);
    for (KeptSteps* place : {&fresh_, kept_.get()}) {
      if (auto known = place->model(key, KeptSteps::Use::look)) return *known;
    }
    QuadraticModel out = rule_search::quadratic_model(rule, theta, ready(request));
    fresh_.keep(key, out);
    return out;
  }
  Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
              std::size_t count, bool alignment) override {
    return known_or(key_of_step(alignment ? "score with angles" : "score", rule, theta, objective, part, count),
                    [&] { return rule_search::score(rule, theta, objective, part, count, alignment, execution_); });
  }
  Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                        const std::vector<int>& entries) override {
    return known_or(key_of_cross_validation(rule, theta, objective, entries),
                    [&] { return rule_search::cross_validated(rule, theta, objective, execution_, entries); });
  }
  Score score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) override {
    return known_or(key_of_other(name, count), compute);
  }
  // One level of threads is enough.
  void ahead(std::size_t, const std::function<void(std::size_t, Steps&)>&, std::size_t) override {}
  void scores_ahead(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                    std::size_t count) override {
    if (objective.traits().draws_units) keep_scores(rules, objective, part, count, fresh_, execution_);
  }

 private:
  template <class Compute>
  Score known_or(const std::string& key, const Compute& compute) {
    for (KeptSteps* place : {&fresh_, kept_.get()}) {
      if (auto known = place->score(key, KeptSteps::Use::look)) return *known;
    }
    Score out = compute();
    fresh_.keep(key, out);
    return out;
  }

  FitRequest ready(const FitRequest& request) const {
    FitRequest out = request;
    out.progress = {};
    out.execution = execution_;
    return out;
  }

  KeptSteps& fresh_;
  Execution execution_;
};

std::size_t Steps::workers() const {
  const Execution how = execution();
  return how.ranks != nullptr ? how.ranks->workers() : workers_at_once();
}

void Steps::ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure, std::size_t threads) {
  // What was carried out in vain stays behind.
  constexpr std::size_t many = 4096;
  if (kept_->size() > many) kept_->clear();
  if (count < 2) return;
  const Execution how = execution();
  if (how.ranks != nullptr) {
    if (how.ranks->workers() >= threads) ahead_on_ranks(count, procedure, *how.ranks);
    return;
  }
  if (workers_at_once() < threads) return;
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  at_once(all, procedure, *kept_, how.before);
}

void Steps::at_once(const std::vector<std::size_t>& which, const std::function<void(std::size_t, Steps&)>& procedure,
                    KeptSteps& fresh, const BeforeUnit& before) {
  std::vector<std::exception_ptr> stopped(which.size());
  std::atomic<std::size_t> not_ended = which.size();
  for_each_unit(
      which.size(),
      [&](std::size_t k) {
        Ahead steps(kept_, fresh, {before, nullptr, [&not_ended] { return not_ended.load(); }});
        try {
          procedure(which[k], steps);
        } catch (const SearchStopped&) {
          stopped[k] = std::current_exception();
        } catch (...) {
          // Whoever carries it out in earnest comes upon it again.
        }
        --not_ended;  // the others have more workers then
      },
      Grouping::one_by_one);
  for (const std::exception_ptr& why : stopped) {
    if (why) std::rethrow_exception(why);
  }
}

// A rank, or a group of them where there are more ranks than procedures, carries out every so many-th procedure. What came
// out is told to all, so that all know the same.
void Steps::ahead_on_ranks(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure, Ranks& ranks) {
  const std::size_t groups = std::min(count, ranks.count());
  Ranks& group = ranks.group(groups);
  std::vector<std::size_t> mine;
  for (std::size_t k = ranks.number_of_group(groups); k < count; k += groups) mine.push_back(k);
  const BeforeUnit before = execution().before;
  KeptSteps fresh;
  const std::vector<std::string> said = shared(ranks, std::to_string(count), [&] {
    if (group.count() == 1) {
      at_once(mine, procedure, fresh, before);
      return fresh.packed();
    }
    for (const std::size_t k : mine) {
      Ahead steps(kept_, fresh, {before, &group});
      group.begin();
      try {
        procedure(k, steps);
        group.end();
      } catch (const SearchStopped&) {
        throw;
      } catch (const std::exception& e) {
        group.fail(e.what());
      }
    }
    return group.rank() == 0 ? fresh.packed() : std::string();
  });
  for (const std::string& results : said) {
    if (!results.empty()) kept_->keep_packed(results);
  }
}

void Steps::scores_ahead(const std::vector<FittedRule>& rules, const Objective& objective, Part part,
                         std::size_t count) {
  const Execution how = execution();
  if (objective.traits().draws_units && how.ranks == nullptr)
    keep_scores(rules, objective, part, count, *kept_, how);
  else
    ahead(rules.size(),
          [&](std::size_t k, Steps& own) { own.score(rules[k].rule, rules[k].theta, objective, part, count); });
}

void Steps::keep_scores(const std::vector<FittedRule>& rules, const Objective& objective, Part part, std::size_t count,
                        KeptSteps& fresh, const Execution& how) {
  std::vector<FittedRule> unknown;
  std::vector<std::string> keys;
  for (const FittedRule& r : rules) {
    std::string key = key_of_step("score", r.rule, r.theta, objective, part, count);
    if (fresh.score(key, KeptSteps::Use::look) || kept_->score(key, KeptSteps::Use::look)) continue;
    unknown.push_back(r);
    keys.push_back(std::move(key));
  }
  if (unknown.size() < 2) return;
  const std::vector<Score> scores = scores_together(unknown, objective, part, count, how);
  for (std::size_t k = 0; k < keys.size(); ++k) fresh.keep(keys[k], scores[k]);
}

Curve Steps::curve(const FittedRule& fitted, const Objective& objective, std::size_t count,
                   const std::function<void(std::size_t, double)>& done) {
  Curve out;
  const Part part = objective.traits().cross_validates ? Part::search : Part::validation;
  std::vector<FittedRule> points;
  for (const std::vector<double>& theta : fitted.history) points.push_back({fitted.rule, theta});
  scores_ahead(points, objective, part, count);
  for (const std::vector<double>& theta : fitted.history) {
    out.points.push_back(score(fitted.rule, theta, objective, part, count));
    if (done) done(count, out.points.back().loss.mean);
  }
  return out;
}

FittedRule Steps::fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) {
  if (kept_->size() > 0) {
    if (auto known = kept_->fit(key_of_step("fit", rule, start, request), request.hopeless_above, request.fresh,
                                KeptSteps::Use::take)) {
      if (request.progress) request.progress(known->units, known->fitted.fit_loss);
      known->fitted.rule = rule;
      return std::move(known->fitted);
    }
  }
  return rule_search::fit(rule, start, request);
}

QuadraticModel Steps::quadratic_model(const Rule& rule, const std::vector<double>& theta, const FitRequest& request) {
  if (kept_->size() > 0) {
    if (auto known = kept_->model(key_of_step("model", rule, theta, request), KeptSteps::Use::take))
      return std::move(*known);
  }
  return rule_search::quadratic_model(rule, theta, request);
}

Score Steps::score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
                   std::size_t count, bool alignment) {
  if (kept_->size() > 0) {
    if (auto known =
            kept_->score(key_of_step(alignment ? "score with angles" : "score", rule, theta, objective, part, count),
                         KeptSteps::Use::take))
      return std::move(*known);
  }
  return rule_search::score(rule, theta, objective, part, count, alignment, execution());
}

Score Steps::cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                             const std::vector<int>& entries) {
  if (kept_->size() > 0) {
    if (auto known = kept_->score(key_of_cross_validation(rule, theta, objective, entries), KeptSteps::Use::take))
      return std::move(*known);
  }
  return rule_search::cross_validated(rule, theta, objective, execution(), entries);
}

Score Steps::score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) {
  if (kept_->size() > 0) {
    if (auto known = kept_->score(key_of_other(name, count), KeptSteps::Use::take)) return std::move(*known);
  }
  return compute();
}

}  // namespace rule_search
