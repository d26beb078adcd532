#include "fit/coefficients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "base/statistics.hpp"
#include "fit/adam.hpp"
#include "fit/certainty.hpp"
#include "fit/cross_validation.hpp"
#include "fit/fit.hpp"
#include "fit/limits.hpp"
#include "fit/profile.hpp"
#include "fit/quadratic.hpp"
#include "fit/start.hpp"
#include "fit/starts.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"
#include "plan/plan.hpp"

namespace rule_search {

namespace {

class CoefficientFitter {
 public:
  CoefficientFitter(const Rule& rule, const Objective& objective, const CoefficientFitOptions& options,
                    const std::function<void(const Progress&)>& progress)
      : options_(options),
        layout_(fit_layout(rule, objective)),
        plan_(plan::lower(rule)),
        objective_(objective),
        scorer_(objective.compile({plan_})),
        progress_(progress) {
    out_.fitted.rule = rule;
    out_.options = options;
    out_.description = objective.describe();
    out_.names = layout_.names;
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
      find_intervals();
    }
    tell("test", "", 0, 0.97);
    const std::vector<double>& theta = out_.fitted.theta;
    // Where no units are kept apart every one is foretold from the others.
    if (options_.test_units == 0) out_.runs += objective_.units(Part::search);
    out_.test = options_.test_units > 0 ? score(Part::test, options_.test_units, theta)
                                        : cross_validated(out_.fitted.rule, theta, objective_, {}, entries_);
    out_.fitted.rule = with_values(out_.fitted.rule, theta, objective_.connections());
    out_.fitted.rule.name += "_fitted";
    find_own_values();
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    tell("done", "", out_.test.loss.mean, 1);
    return std::move(out_);
  }

 private:
  void adam() {
    const auto evaluator = objective_.compile({plan_, entries_});
    const std::size_t units = objective_.units(Part::search);
    AdamOptions by;
    by.learning_rate = options_.learning_rate;
    by.clip = options_.clip;
    Adam optimiser(entries_.size(), by);
    std::vector<double> theta = options_.start;
    std::size_t taken = 0;
    for (int step = 0; step < options_.steps; ++step) {
      if (step % options_.history_every == 0) remember(step, theta);
      const Outcome o = evaluator->run_unit(Part::search, static_cast<std::size_t>(step) % units, theta);
      ++out_.runs;
      FitStep at{theta, o.loss, o.accuracy, false};
      std::vector<double> gradient = mean_gradient(o);
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
        // Where everything diverges there is no slope that leads out again; 0 is a place where nothing does.
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
    request.units = options_.fit_units;
    request.iterations = options_.iterations;
    request.entries = entries_;
    request.fresh = options_.method == FitMethod::fresh;
    request.progress = [&](std::size_t ran, double loss) {
      out_.runs += ran;
      tell("fit", "", loss, 0.5);
    };
    // A first step as long as the slopes at the start allow can lead to where some terms are shut out, so the
    // fit is also begun with shorter ones, and the best is kept.
    const std::vector<double> start = where_it_begins();
    FittedRule fitted{out_.fitted.rule, start, std::numeric_limits<double>::infinity()};
    const std::vector<double> radii = request.fresh ? std::vector<double>{1.0} : std::vector<double>{1.0, 0.1, 0.01};
    for (const double radius : radii) {
      request.initial_radius = radius;
      FittedRule tried = fit(out_.fitted.rule, start, request);
      if (tried.fit_loss < fitted.fit_loss) fitted = std::move(tried);
    }
    if (objective_.traits().cheap_units && !request.fresh) {
      Steps direct;
      request.initial_radius = 1;
      FittedRule tried = fit_from_several(out_.fitted.rule, start, request, direct);
      if (tried.fit_loss < fitted.fit_loss) fitted = std::move(tried);
    }
    if (!std::isfinite(fitted.fit_loss))
      throw std::runtime_error(
          fmt::format("{}: the batch could not be run where the fit starts\n  hint: start from smaller "
                      "coefficients",
                      fitted.rule.name));
    scan_thresholds(fitted);
    if (start != options_.start || (!fitted.history.empty() && fitted.history.front() != options_.start))
      fitted.history.insert(fitted.history.begin(), options_.start);
    for (std::size_t k = 0; k < fitted.history.size(); ++k) remember(static_cast<int>(k), fitted.history[k]);
    // The best point that was seen; a fit that ends in failures need not have accepted it.
    if (fitted.history.empty() || fitted.history.back() != fitted.theta)
      remember(static_cast<int>(fitted.history.size()), fitted.theta);
    out_.fitted = std::move(fitted);
  }

  ThresholdScan scan() const {
    ThresholdScan out;
    out.objective = &objective_;
    out.units = options_.fit_units;
    out.entries = entries_;
    return out;
  }

  void scan_thresholds(FittedRule& fitted) {
    if (options_.method == FitMethod::fresh || threshold_entries(fitted.rule, layout_).empty()) return;
    tell("scan", "thresholds", fitted.fit_loss, 0.6);
    Steps direct;
    const FittedRule best = with_scanned_thresholds(fitted, scan(), direct);
    if (!(best.fit_loss <= fitted.fit_loss)) return;
    fitted.theta = best.theta;
    fitted.fit_loss = best.fit_loss;
  }

  // Where units are given, not drawn, fits come far whatever they begin with.
  std::vector<double> where_it_begins() {
    if (objective_.traits().uses_all_units) return options_.start;
    const auto with = [&](double factor) {
      return with_factor(out_.fitted.rule, layout_, options_.start, entries_, factor);
    };
    return with(factor_to_begin_with([&](double factor) {
      double loss = 0;
      for (const Outcome& o : scorer_->run(Part::search, options_.fit_units, with(factor)))
        loss += o.diverged ? std::numeric_limits<double>::infinity() : o.loss;
      out_.runs += options_.fit_units;
      tell("fit", fmt::format("coefficients times {}", factor), loss / static_cast<double>(options_.fit_units), 0);
      return loss;
    }));
  }

  std::vector<double> part(const std::vector<double>& theta) const {
    std::vector<double> some;
    for (int e : entries_) some.push_back(theta[static_cast<std::size_t>(e)]);
    return some;
  }

  // Of the loss, the mean over the residuals or queries.
  std::vector<double> mean_gradient(const Outcome& o) const {
    const std::size_t n = entries_.size();
    std::vector<double> gradient(n, 0.0);
    for (std::size_t i = 0; i < o.jacobian.size(); ++i) {
      const double by = o.residuals.empty() ? 1 : o.residuals[i / n];
      gradient[i % n] += by * o.jacobian[i] / static_cast<double>(o.query_losses.size());
    }
    return gradient;
  }

  Score score(Part part, std::size_t count, const std::vector<double>& theta) {
    Wanted wanted;
    wanted.alignment = true;
    wanted.orthonormality = true;
    out_.runs += count;
    return objective_.summarise(scorer_->run(part, count, theta, wanted));
  }

  void find_intervals() {
    FitRequest request;
    request.objective = &objective_;
    request.units = options_.fit_units;
    request.tempered = false;
    request.wide = true;
    const LossTraits traits = objective_.traits();
    if (traits.differs_widely) request.entries = entries_;
    out_.runs += runs_of_quadratic_model(request, out_.fitted.theta.size());
    const QuadraticModel of_all = quadratic_model(out_.fitted.rule, out_.fitted.theta, request);
    const QuadraticModel model = traits.differs_widely ? of_all : restricted(of_all, entries_);
    std::vector<double> lower;
    std::vector<double> upper;
    for (int e : entries_) {
      lower.push_back(layout_.lower[static_cast<std::size_t>(e)]);
      upper.push_back(layout_.upper[static_cast<std::size_t>(e)]);
    }
    const std::vector<double> theta = part(out_.fitted.theta);
    Certainty sure = certainty_of(objective_, model, theta, lower, upper, options_.seed);
    if (needs_profiles(traits, out_.fitted.rule)) {
      Steps direct;
      FittedRule exact = out_.fitted;
      exact.fit_loss = model.loss;
      add_profiles(sure, exact, entries_, objective_, direct);
    }
    if (options_.method != FitMethod::fresh) {
      Steps direct;
      add_scans(sure, out_.fitted, scan(), direct);
    }
    if (traits.known_errors) {
      const std::vector<int> all = threshold_entries(out_.fitted.rule, layout_);
      const auto thresholds = std::count_if(all.begin(), all.end(), [this](int k) {
        return std::find(entries_.begin(), entries_.end(), k) != entries_.end();
      });
      out_.chi_squared = ChiSquaredLaw(objective_)
                             .of(chi_squared_of(score(Part::search, options_.fit_units, out_.fitted.theta)),
                                 determined_parameters(model, static_cast<std::size_t>(thresholds)));
    }
    const bool checks = traits.has_bootstrap();
    const Bootstrap check = checks ? bootstrap(model, theta, lower, upper, options_.seed) : Bootstrap();
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    for (int k = 0; k < layout_.size(); ++k) {
      const auto e = static_cast<std::size_t>(k);
      const auto at = std::find(entries_.begin(), entries_.end(), k);
      FittedEntry entry{layout_.names[e], out_.fitted.theta[e], at == entries_.end(), false, none, none, none, none};
      if (!entry.fixed) {
        const auto f = static_cast<std::size_t>(at - entries_.begin());
        const Parameter& p = out_.fitted.rule.parameters[static_cast<std::size_t>(layout_.parameter[e])];
        entry.at_bound = entry.value == layout_.lower[e] || entry.value == layout_.upper[e];
        const bool known = options_.fit_units >= 2;
        const double half = known ? sure.half(f) : none;
        std::tie(entry.low, entry.high) = known ? sure.ends(f, entry.value) : std::pair(none, none);
        if (checks) {
          entry.bootstrap_low = check.low[f];
          entry.bootstrap_high = check.high[f];
        }
        if (is_shape(p))
          take_shape(entry, shape_interval(p, layout_, e, entry.value, half, sure.is_scanned(f) || has_slope(model, f),
                                           known ? sure.own_ends(f) : std::nullopt));
      }
      out_.entries.push_back(std::move(entry));
    }
  }

  void find_own_values() {
    OwnValuesRequest request;
    request.fixed = options_.fixed;
    request.done = [&](std::size_t ran, double loss) {
      out_.runs += ran;
      tell("own values", "", loss, 0.98);
    };
    Steps direct;
    out_.own_values = own_values(out_.fitted, objective_, direct, request);
  }

  static void take_shape(FittedEntry& entry, const ShapeInterval& i) {
    entry.low = i.low;
    entry.high = i.high;
    entry.at_limit = i.at_limit;
    entry.at_bound = entry.at_bound && !i.at_limit;
    entry.has_slope = i.has_slope;
    entry.determined = i.determined;
    if (!i.determined) entry.bootstrap_low = entry.bootstrap_high = std::numeric_limits<double>::quiet_NaN();
  }

  void remember(int iteration, const std::vector<double>& theta) {
    out_.history.push_back({iteration, theta, score(options_.history_part, options_.history_units, theta)});
  }

  void tell(const std::string& stage, const std::string& detail, double loss, double share) const {
    if (progress_) progress_({stage, detail, loss, out_.runs, share});
  }

  CoefficientFitOptions options_;
  ParameterLayout layout_;
  plan::Plan plan_;
  const Objective& objective_;
  std::unique_ptr<Evaluator> scorer_;
  std::function<void(const Progress&)> progress_;
  std::vector<int> entries_;  // that are fitted
  CoefficientFit out_;
};

}  // namespace

CoefficientFit fit_coefficients(const Rule& rule, const Objective& objective, CoefficientFitOptions options,
                                const std::function<void(const Progress&)>& progress) {
  if (objective.traits().uses_all_units) {
    options.fit_units = objective.units(Part::search);
    if (objective.units(options.history_part) == 0) options.history_part = Part::search;
    options.history_units = objective.units(options.history_part);
    options.test_units = objective.units(Part::test);
  } else {
    options.history_units = objective.at_most(options.history_units, options.history_part);
    options.test_units = objective.at_most(options.test_units, Part::test);
  }
  std::unique_ptr<const Objective> weighed;
  if (objective.traits().weighs_by_noise && options.method != FitMethod::adam) {
    Rule common = rule;  // own values come once all is weighed
    for (Parameter& p : common.parameters) p.per_recording = false;
    const CoefficientFit first = CoefficientFitter(common, objective, options, progress).run();
    weighed = objective.weighed_by_noise(first.fitted);
  }
  return CoefficientFitter(rule, weighed != nullptr ? *weighed : objective, options, progress).run();
}

}  // namespace rule_search
