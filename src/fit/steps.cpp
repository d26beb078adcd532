#include "fit/steps.hpp"

#include "fit/cross_validation.hpp"

namespace rule_search {

Curve Steps::curve(const FittedRule& fitted, const Objective& objective, std::size_t count,
                   const std::function<void(std::size_t, double)>& done) {
  Curve out;
  const Part part = objective.traits().cross_validates ? Part::search : Part::validation;
  for (const std::vector<double>& theta : fitted.history) {
    out.points.push_back(score(fitted.rule, theta, objective, part, count));
    if (done) done(count, out.points.back().loss.mean);
  }
  return out;
}

FittedRule Steps::fit(const Rule& rule, const std::vector<double>& start, const FitRequest& request) {
  return rule_search::fit(rule, start, request);
}

QuadraticModel Steps::quadratic_model(const Rule& rule, const std::vector<double>& theta, const FitRequest& request) {
  return rule_search::quadratic_model(rule, theta, request);
}

Score Steps::score(const Rule& rule, const std::vector<double>& theta, const Objective& objective, Part part,
                   std::size_t count, bool alignment) {
  return rule_search::score(rule, theta, objective, part, count, alignment);
}

Score Steps::cross_validated(const Rule& rule, const std::vector<double>& theta, const Objective& objective,
                             const std::vector<int>& entries) {
  return rule_search::cross_validated(rule, theta, objective, {}, entries);
}

Score Steps::score_other(const std::string&, std::size_t, const std::function<Score()>& compute) { return compute(); }

}  // namespace rule_search
