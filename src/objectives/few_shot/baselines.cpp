#include "objectives/few_shot/baselines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace rule_search {

namespace {

constexpr const char* gradient = "param eta = 0\ndw = -eta * err_post * pre'\n";

double nearest_class_mean_accuracy(const Episode& episode) {
  const auto inputs = static_cast<std::size_t>(episode.network.layers.front());
  std::map<int, std::pair<std::vector<double>, double>> sums;  // of pixels, and how many samples
  for (std::size_t k = 0; k < static_cast<std::size_t>(episode.train.size); ++k) {
    auto& [sum, count] = sums[episode.train.label[k]];
    sum.resize(inputs, 0.0);
    for (std::size_t i = 0; i < inputs; ++i) sum[i] += episode.train.x[k * inputs + i];
    count += 1;
  }
  int right = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(episode.query.size); ++k) {
    int nearest = -1;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [label, sum] : sums) {
      double distance = 0;
      for (std::size_t i = 0; i < inputs; ++i) {
        const double d = episode.query.x[k * inputs + i] - sum.first[i] / sum.second;
        distance += d * d;
      }
      if (distance < least) {
        least = distance;
        nearest = label;
      }
    }
    right += nearest == episode.query.label[k];
  }
  return static_cast<double>(right) / static_cast<double>(episode.query.size);
}

}  // namespace

Rule BaselineKind::rule() const { return check_rule({name, "rule " + name + "\n" + update}); }

Network BaselineKind::network(const Network& deep) const {
  if (!linear) return deep;
  return {{deep.layers.front(), deep.layers.back()}, deep.beta, {}, deep.dtp};
}

bool BaselineKind::shows_curve() const { return name == "feedback_alignment" || name == "backpropagation"; }

const std::vector<BaselineKind>& baseline_kinds() {
  // Hebb (rules/hebb_decay.rule) and Oja (rules/oja_subspace.rule) use no error, so no label reaches them:
  // what they score can be had without being taught.
  static const std::vector<BaselineKind> kinds = {
      {"feedback_alignment", "feedback alignment", gradient, Feedback::fixed},
      {"direct_feedback_alignment", "direct feedback alignment", gradient, Feedback::direct},
      {"sign_symmetric", "sign-symmetric feedback", gradient, Feedback::sign},
      {"backpropagation", "backpropagation", gradient, Feedback::symmetric},
      {"hebb_decay", "Hebb with decay",
       "param hebb = 0\nparam decay = 0 in [0, 1]\ndw = hebb * post * pre' - decay * w\n", Feedback::fixed},
      {"oja", "Oja", "param eta = 0\ndw = eta * (post * pre' - post * post' * w)\n", Feedback::fixed},
      {"linear_softmax", "linear softmax", gradient, Feedback::fixed, true},
      {"nearest_class_mean", "nearest class mean", "", Feedback::fixed, true},
  };
  return kinds;
}

const BaselineKind& baseline_kind(const std::string& name) {
  const auto& kinds = baseline_kinds();
  return *std::find_if(kinds.begin(), kinds.end(), [&](const BaselineKind& k) { return k.name == name; });
}

FittedRule fit_baseline(const BaselineKind& kind, const Tasks& tasks, const ComparisonRequest& request, Steps& steps) {
  if (!kind.has_rule()) return {};
  const TaskObjective objective(tasks, kind.network(tasks.network), kind.feedback);
  FitRequest r;
  r.objective = &objective;
  r.units = request.fit_units;
  r.iterations = 15;
  r.progress = request.done;
  const Rule rule = kind.rule();
  std::vector<double> start(rule.parameters.size(), 0.0);
  // The way from zero is long and need not be walked on all episodes, unless the way itself is to be shown.
  if (!kind.shows_curve()) {
    r.units = std::max<std::size_t>(2, request.fit_units / 4);
    if (const FittedRule near = steps.fit(rule, start, r); std::isfinite(near.fit_loss)) start = near.theta;
    r.units = request.fit_units;
  }
  FittedRule fitted = steps.fit(rule, start, r);
  if (!request.fresh || !std::isfinite(fitted.fit_loss)) return fitted;
  // As the found rule was fitted; the way from zero is that of the batch.
  r.fresh = true;
  FittedRule fresh = steps.fit(rule, fitted.theta, r);
  fresh.history.insert(fresh.history.begin(), fitted.history.begin(), fitted.history.end());
  return fresh;
}

namespace {

Baseline run_baseline(const BaselineKind& kind, const Tasks& tasks, const ComparisonRequest& request, Steps& steps) {
  Baseline b;
  b.name = kind.name;
  b.title = kind.title;
  if (kind.has_rule()) b.details = fmt::format("{{\"feedback\": \"{}\"}}", name(kind.feedback));
  b.fitted = fit_baseline(kind, tasks, request, steps);
  const TaskObjective objective(tasks, kind.network(tasks.network), kind.feedback);
  const EpisodeSource test = objective.episodes(Part::test);
  b.test = kind.has_rule()
               ? steps.score(b.fitted.rule, b.fitted.theta, objective, Part::test, request.test_units, !kind.linear)
               : steps.score_other("nearest class mean", request.test_units,
                                   [&] { return score_nearest_class_mean(test, request.test_units); });
  if (request.done) request.done(request.test_units, b.test.loss.mean);
  if (kind.shows_curve()) b.curve = steps.curve(b.fitted, objective, request.curve_units, request.done);
  return b;
}

}  // namespace

std::vector<Baseline> run_baselines(const Tasks& tasks, const ComparisonRequest& request, Steps& steps) {
  const std::vector<BaselineKind>& kinds = baseline_kinds();
  ComparisonRequest silent = request;
  silent.starts = {};
  silent.done = {};
  steps.ahead(kinds.size(), [&](std::size_t k, Steps& own) { run_baseline(kinds[k], tasks, silent, own); });
  std::vector<Baseline> out;
  for (const BaselineKind& kind : kinds) {
    if (request.starts) request.starts(kind.title);
    out.push_back(run_baseline(kind, tasks, request, steps));
  }
  return out;
}

Score score_nearest_class_mean(const EpisodeSource& source, std::size_t count) {
  Score s;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  s.loss = {none, none, none, none, 0};
  for (std::size_t k = 0; k < count; ++k) s.accuracies.push_back(nearest_class_mean_accuracy(*source(k)));
  s.accuracy = estimate(s.accuracies);
  s.accuracy.low = std::max(0.0, s.accuracy.low);
  s.accuracy.high = std::min(1.0, s.accuracy.high);
  return s;
}

}  // namespace rule_search
