#include "objectives/reward/baselines.hpp"

#include <fmt/format.h>

#include "fit/steps.hpp"

namespace rule_search {

namespace {

struct Kind {
  const char* name;
  const char* title;
  const char* rule;
  bool fitted;  ///< else as it is
};

constexpr const char* miconi =
    "rule miconi\nparam theta33 = -1\nstate xbar: post = 0 each trial\nstate trace: post x pre = 0 each trial\n"
    "next xbar = 0.05 * xbar + 0.95 * net\nnext trace = trace + theta33 * (xbar - net).^3 * (pre.^3)'\n"
    "dw = (reward - expected_reward) * trace\n";

// Fiete & Seung, Phys. Rev. Lett. 97:048104 (2006).
constexpr const char* node_perturbation =
    "rule node_perturbation\nparam scale = 1\nsignal perturbation: post\nstate trace: post x pre = 0 each trial\n"
    "next trace = trace + scale * perturbation * pre'\ndw = (reward - expected_reward) * trace\n";

constexpr Kind kinds[] = {
    {"miconi", "Miconi's rule, scale fitted", miconi, true},
    {"miconi_published", "Miconi's rule as published", miconi, false},
    {"node_perturbation", "knows the perturbations", node_perturbation, true},
};

}  // namespace

std::vector<Baseline> reward_baselines(const RewardObjective& objective, const ComparisonRequest& request,
                                       Steps& steps) {
  std::vector<Baseline> out;
  for (const Kind& kind : kinds) {
    Baseline b;
    b.name = kind.name;
    b.title = kind.title;
    if (request.starts) request.starts(b.title);
    const Rule rule = check_rule({kind.name, kind.rule});
    b.fitted = {rule, {rule.parameters[0].initial[0]}, 0};
    if (kind.fitted) {
      FitRequest fit;
      fit.objective = &objective;
      fit.units = request.fit_units;
      fit.iterations = 15;
      fit.fresh = request.fresh;
      fit.progress = request.done;
      b.fitted = steps.fit(rule, b.fitted.theta, fit);
    }
    b.test = steps.score(b.fitted.rule, b.fitted.theta, objective, Part::test, request.test_units);
    if (request.done) request.done(request.test_units, b.test.loss.mean);
    out.push_back(std::move(b));
  }
  return out;
}

}  // namespace rule_search
