// What a found rule is compared with: rules of the literature, and two references that are no deep networks.
// Each is fitted on the same search episodes as the found rule and scored on the same test episodes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fit/steps.hpp"
#include "objectives/few_shot/objective.hpp"

namespace rule_search {

struct BaselineKind {
  std::string name;    ///< its key in result.json
  std::string title;   ///< as tables print it
  std::string update;  ///< parameters and dw in the rule language; "" for the class mean, which has no rule
  Feedback feedback = Feedback::fixed;
  bool linear = false;  ///< one connection from the pixels to the classes in place of the network

  bool has_rule() const { return !update.empty(); }
  bool shows_curve() const;  ///< whether the figure of the curves shows how its fit went
  Rule rule() const;
  Network network(const Network& network) const;
};

/// In the order of the tables.
const std::vector<BaselineKind>& baseline_kinds();
/// The kind with this name; there must be one.
const BaselineKind& baseline_kind(const std::string& name);

/// Its coefficients, from 0, on the first request.fit_units training episodes. Without a rule nothing is fitted.
/// Where the curve is not shown, most of the way is gone on a quarter of the episodes.
FittedRule fit_baseline(const BaselineKind& kind, const Tasks& tasks, const ComparisonRequest& request, Steps& steps);
/// All of them, fitted and scored on test episodes, the ways of their fits on request.curve_units validation episodes.
std::vector<Baseline> run_baselines(const Tasks& tasks, const ComparisonRequest& request, Steps& steps);

/// Every query gets the class whose mean over the stream's samples is nearest to it. It tells no
/// probabilities, so its loss is undefined: NaN, over no episodes.
Score score_nearest_class_mean(const EpisodeSource& source, std::size_t count);

}  // namespace rule_search
