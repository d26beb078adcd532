#include "objectives/decoding/baselines.hpp"

#include <functional>
#include <limits>

#include "base/parallel.hpp"
#include "fit/steps.hpp"
#include "objectives/decoding/decoders.hpp"

namespace rule_search {

namespace {

using Decoder = std::function<std::vector<double>(const DecodingStream&)>;

std::vector<Outcome> decoded(const DecodingObjective& objective, Part part, std::size_t count, const Decoder& decoder) {
  return run_units(
      count,
      [&](std::size_t k) {
        const auto session = objective.session(part, k);
        return decoding_outcome(objective.options(), session->stream, decoder(session->stream));
      },
      Grouping::one_by_one);
}

// The rate of the least loss on the sessions to fit on, among those of a grid with two to a factor of ten.
double fitted_rate(const DecodingObjective& objective, std::size_t units) {
  const double dt = objective.options().bin;
  double best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (const double rate : {1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1}) {
    double loss = 0;
    for (const Outcome& o :
         decoded(objective, Part::search, units, [&](const DecodingStream& s) { return delta_outputs(s, dt, rate); }))
      loss += o.diverged ? std::numeric_limits<double>::infinity() : o.loss;
    if (!(loss < least)) continue;
    least = loss;
    best = rate;
  }
  return best;
}

}  // namespace

std::vector<Baseline> decoding_baselines(const DecodingObjective& objective, const FittedRule& found,
                                         const ComparisonRequest& request, Steps& steps) {
  std::vector<Baseline> out;
  const double dt = objective.options().bin;
  const auto add = [&](const char* name, const char* title, const Decoder& decoder) {
    if (request.starts) request.starts(title);
    Baseline b;
    b.name = name;
    b.title = title;
    b.test = objective.summarise(decoded(objective, Part::test, request.test_units, decoder));
    if (request.done) request.done(request.test_units, b.test.loss.mean);
    out.push_back(std::move(b));
  };
  add("kalman", "Kalman filter", [](const DecodingStream& s) { return kalman_outputs(s); });
  add("ridge", "ridge regression on smoothed counts", [&](const DecodingStream& s) { return ridge_outputs(s, dt); });
  const double rate = fitted_rate(objective, request.fit_units);
  add("delta", "delta rule on smoothed counts, no hidden layer",
      [&](const DecodingStream& s) { return delta_outputs(s, dt, rate); });
  if (objective.options().feedback == "fixed" || found.rule.parameters.empty()) return out;
  Baseline b;
  b.name = "fixed_feedback";
  b.title = "found rule, fixed random feedback";
  if (request.starts) request.starts(b.title);
  DecodingOptions options = objective.options();
  options.feedback = "fixed";
  const DecodingObjective fixed(options, objective.seed());
  FitRequest fit;
  fit.objective = &fixed;
  fit.units = request.fit_units;
  fit.iterations = 10;
  fit.fresh = request.fresh;
  fit.progress = request.done;
  b.fitted = steps.fit(found.rule, found.theta, fit);
  b.test = steps.score(b.fitted.rule, b.fitted.theta, fixed, Part::test, request.test_units);
  if (request.done) request.done(request.test_units, b.test.loss.mean);
  out.push_back(std::move(b));
  return out;
}

}  // namespace rule_search
