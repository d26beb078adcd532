#include "objectives/few_shot/coefficients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "fit/adam.hpp"
#include "fit/fitting.hpp"
#include "objectives/few_shot/objective.hpp"

namespace rule_search {

namespace {

class CoefficientFitter {
 public:
  CoefficientFitter(const Rule& rule, const Dataset& data, const CoefficientFitOptions& options,
                    const std::function<void(const Progress&)>& progress)
      : options_(options),
        layout_(rule.parameters, options.network.connections()),
        plan_(plan::lower(rule)),
        split_(make_split(data, options.task, options.seed)),
        objective_({&data, split_, options.task, options.network, options.seed}, options.network, options.feedback),
        scorer_(plan_, options.network, options.feedback, {}),
        held_out_(remembered(objective_.drawn(options.history_part))),
        progress_(progress) {
    out_.fitted.rule = rule;
    out_.options = options;
    out_.names = layout_.names;
    out_.split = split_.description;
    out_.data_name = data.name;
    out_.data_hash = data.content_hash;
    for (int k = 0; k < layout_.size(); ++k) {
      if (std::find(options.fixed.begin(), options.fixed.end(), k) == options.fixed.end()) entries_.push_back(k);
    }
  }

  CoefficientFit run() {
    const auto start = std::chrono::steady_clock::now();
    if (options_.method == FitMethod::adam) {
      adam();
    } else {
      trust_region();
    }
    tell("test", "", 0, 0.97);
    const std::vector<double>& theta = out_.fitted.theta;
    out_.test = score(objective_.drawn(Part::test), options_.test_episodes, theta);
    out_.fitted.rule = with_values(out_.fitted.rule, theta, options_.network.connections());
    out_.fitted.rule.name += "_fitted";
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    tell("done", "", out_.test.loss.mean, 1);
    return std::move(out_);
  }

 private:
  void adam() {
    const Batch batch(plan_, options_.network, options_.feedback, entries_);
    const EpisodeSource episodes = objective_.drawn(Part::search);
    AdamOptions by;
    by.learning_rate = options_.learning_rate;
    by.clip = options_.clip;
    Adam optimiser(entries_.size(), by);
    std::vector<double> theta = options_.start;
    std::size_t taken = 0;
    for (int step = 0; step < options_.steps; ++step) {
      if (step % options_.history_every == 0) remember(step, theta);
      const EpisodeSource one = [&](std::size_t) { return episodes(static_cast<std::size_t>(step)); };
      const Outcome o = batch.run(one, 1, theta)[0];
      ++out_.episodes;
      FitStep at{theta, o.loss, o.accuracy, false};
      std::vector<double> gradient = mean_slope(o);
      at.skipped =
          o.diverged || !std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); });
      if (!at.skipped) {
        std::vector<double> moved = part(theta);
        add_l1(gradient, moved, options_.l1);
        optimiser.step(moved, gradient);
        for (std::size_t k = 0; k < entries_.size(); ++k) {
          const auto e = static_cast<std::size_t>(entries_[k]);
          theta[e] = std::clamp(moved[k], layout_.lower[e], layout_.upper[e]);
        }
        ++taken;
      } else if (options_.clip > 0) {
        // Where everything blows up there is no slope that leads out again; 0 is a place where nothing does.
        for (int entry : entries_) {
          const auto e = static_cast<std::size_t>(entry);
          theta[e] = std::clamp(0.9 * theta[e], layout_.lower[e], layout_.upper[e]);
        }
      }
      out_.steps.push_back(std::move(at));
      tell("adam", fmt::format("step {}", step / 50 * 50), o.loss,
           0.95 * static_cast<double>(step + 1) / static_cast<double>(options_.steps));
    }
    if (taken == 0)
      throw std::runtime_error(
          fmt::format("{}: every episode diverged, so no step could be taken\n  hint: start from smaller coefficients",
                      out_.fitted.rule.name));
    remember(options_.steps, theta);
    out_.fitted.theta = theta;
    out_.fitted.fit_loss = out_.history.back().score.loss.mean;
  }

  void trust_region() {
    FitRequest request;
    request.objective = &objective_;
    request.episodes = options_.fit_episodes;
    request.iterations = options_.iterations;
    request.entries = entries_;
    request.progress = [&](std::size_t ran, double loss) {
      out_.episodes += ran;
      tell("fit", "", loss, 0.5);
    };
    // A first step as long as the slopes at the start allow can lead to where some terms are shut out, so the
    // fit is also begun with shorter ones, and the best is kept.
    FittedRule fitted{out_.fitted.rule, options_.start, std::numeric_limits<double>::infinity()};
    for (const double radius : {1.0, 0.1, 0.01}) {
      request.initial_radius = radius;
      FittedRule tried = fit(out_.fitted.rule, options_.start, request);
      if (tried.fit_loss < fitted.fit_loss) fitted = std::move(tried);
    }
    if (!std::isfinite(fitted.fit_loss))
      throw std::runtime_error(
          fmt::format("{}: the batch could not be run where the fit starts\n  hint: start from smaller "
                      "coefficients",
                      fitted.rule.name));
    for (std::size_t k = 0; k < fitted.history.size(); ++k) remember(static_cast<int>(k), fitted.history[k]);
    // The best point that was seen; a fit that ends in failures need not have accepted it.
    if (fitted.history.empty() || fitted.history.back() != fitted.theta)
      remember(static_cast<int>(fitted.history.size()), fitted.theta);
    out_.fitted = std::move(fitted);
  }

  std::vector<double> part(const std::vector<double>& theta) const {
    std::vector<double> some;
    for (int e : entries_) some.push_back(theta[static_cast<std::size_t>(e)]);
    return some;
  }

  // Of the loss, the mean over the queries.
  std::vector<double> mean_slope(const Outcome& o) const {
    const std::size_t n = entries_.size();
    std::vector<double> gradient(n, 0.0);
    for (std::size_t i = 0; i < o.jacobian.size(); ++i)
      gradient[i % n] += o.jacobian[i] / static_cast<double>(o.query_losses.size());
    return gradient;
  }

  Score score(const EpisodeSource& source, std::size_t count, const std::vector<double>& theta) {
    Wanted wanted;
    wanted.alignment = true;
    wanted.orthonormality = true;
    out_.episodes += count;
    return summarise(scorer_.run(source, count, theta, wanted), options_.network.layers.back());
  }

  void remember(int iteration, const std::vector<double>& theta) {
    out_.history.push_back({iteration, theta, score(held_out_, options_.history_episodes, theta)});
  }

  void tell(const std::string& stage, const std::string& detail, double loss, double share) const {
    if (progress_) progress_({stage, detail, loss, out_.episodes, share});
  }

  CoefficientFitOptions options_;
  ParameterLayout layout_;
  plan::Plan plan_;
  Split split_;
  TaskObjective objective_;
  Batch scorer_;
  EpisodeSource held_out_;
  std::function<void(const Progress&)> progress_;
  std::vector<int> entries_;  // that are fitted
  CoefficientFit out_;
};

}  // namespace

CoefficientFit fit_coefficients(const Rule& rule, const Dataset& data, const CoefficientFitOptions& options,
                                const std::function<void(const Progress&)>& progress) {
  return CoefficientFitter(rule, data, options, progress).run();
}

}  // namespace rule_search
