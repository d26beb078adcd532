#include "fit/steps.hpp"

#include <exception>
#include <vector>

#include "base/parallel.hpp"
#include "fit/cross_validation.hpp"

namespace rule_search {

// The steps of one procedure that is carried out ahead.
class Steps::Ahead final : public Steps {
 public:
  explicit Ahead(const Steps& of) : Steps(of.kept_), before_(of.before()) {}

  FittedRule fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) override {
    const std::string key = key_of_step("fit", rule, start, request);
    if (auto known = kept_->fit(key, request.hopeless_above, request.fresh, KeptSteps::Use::look)) return known->fitted;
    KeptSteps::Fit out{{}, 0, request.hopeless_above};
    FitRequest counted = ready(request);
    counted.progress = [&out](std::size_t units, double) { out.units += units; };
    out.fitted = rule_search::fit(rule, start, counted);
    kept_->keep(key, out);
    return out.fitted;
  }
  QuadraticModel quadratic_model(const Rule& rule, const std::vector<double>& theta,
                                 const FitRequest& request) override {
    const std::string key = key_of_step("model", rule, theta, request);
    if (auto known = kept_->model(key, KeptSteps::Use::look)) return *known;
    QuadraticModel out = rule_search::quadratic_model(rule, theta, ready(request));
    kept_->keep(key, out);
    return out;
  }
  Score score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
              std::size_t count, bool alignment) override {
    const std::string key = key_of_step(alignment ? "score with angles" : "score", rule, theta, objective, part, count);
    if (auto known = kept_->score(key, KeptSteps::Use::look)) return *known;
    Score out = rule_search::score(rule, theta, objective, part, count, alignment, before_);
    kept_->keep(key, out);
    return out;
  }
  Score cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                        const std::vector<int>& entries) override {
    const std::string key = key_of_cross_validation(rule, theta, objective, entries);
    if (auto known = kept_->score(key, KeptSteps::Use::look)) return *known;
    Score out = rule_search::cross_validated(rule, theta, objective, before_, entries);
    kept_->keep(key, out);
    return out;
  }
  Score score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) override {
    const std::string key = key_of_other(name, count);
    if (auto known = kept_->score(key, KeptSteps::Use::look)) return *known;
    Score out = compute();
    kept_->keep(key, out);
    return out;
  }
  // One level of threads is enough.
  void ahead(std::size_t, const std::function<void(std::size_t, Steps&)>&, std::size_t) override {}

 private:
  FitRequest ready(const FitRequest& request) const {
    FitRequest out = request;
    out.progress = {};
    out.before = before_;
    return out;
  }

  BeforeUnit before_;
};

void Steps::ahead(std::size_t count, const std::function<void(std::size_t, Steps&)>& procedure, std::size_t threads) {
  // What was carried out in vain stays behind.
  constexpr std::size_t many = 4096;
  if (kept_->size() > many) kept_->clear();
  if (count < 2 || threads_at_once() < threads) return;
  std::vector<std::exception_ptr> stopped(count);
  for_each_unit(
      count,
      [&](std::size_t k) {
        Ahead steps(*this);
        try {
          procedure(k, steps);
        } catch (const SearchStopped&) {
          stopped[k] = std::current_exception();
        } catch (...) {
          // Whoever carries it out in earnest comes upon it again.
        }
      },
      Grouping::one_by_one);
  for (const std::exception_ptr& why : stopped) {
    if (why) std::rethrow_exception(why);
  }
}

Curve Steps::curve(const FittedRule& fitted, const Objective& objective, std::size_t count,
                   const std::function<void(std::size_t, double)>& done) {
  Curve out;
  const Part part = objective.traits().cross_validates ? Part::search : Part::validation;
  ahead(fitted.history.size(),
        [&](std::size_t k, Steps& own) { own.score(fitted.rule, fitted.history[k], objective, part, count); });
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
  return rule_search::score(rule, theta, objective, part, count, alignment, before());
}

Score Steps::cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                             const std::vector<int>& entries) {
  if (kept_->size() > 0) {
    if (auto known = kept_->score(key_of_cross_validation(rule, theta, objective, entries), KeptSteps::Use::take))
      return std::move(*known);
  }
  return rule_search::cross_validated(rule, theta, objective, before(), entries);
}

Score Steps::score_other(const std::string& name, std::size_t count, const std::function<Score()>& compute) {
  if (kept_->size() > 0) {
    if (auto known = kept_->score(key_of_other(name, count), KeptSteps::Use::take)) return std::move(*known);
  }
  return compute();
}

}  // namespace rule_search
