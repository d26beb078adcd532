#include "objectives/decoding/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <mutex>
#include <utility>

#include "base/parallel.hpp"
#include "expression/print.hpp"
#include "objectives/decoding/session_file.hpp"

namespace rule_search {

namespace {

// Seconds of which the root mean square error is one residual.
constexpr double block_seconds = 2;

std::size_t steps_of_block(const DecodingOptions& options) {
  return static_cast<std::size_t>(std::max(1L, std::lround(block_seconds / options.bin)));
}

// Mean over the outputs, of which there are `width`.
double square_error(const std::vector<double>& target, const std::vector<double>& outputs, std::size_t width,
                    std::size_t step) {
  double sum = 0;
  for (std::size_t i = step * width; i < (step + 1) * width; ++i)
    sum += (outputs[i] - target[i]) * (outputs[i] - target[i]);
  return sum / static_cast<double>(width);
}

// Pearson's; 0 where one of both does not vary.
double correlation(const std::vector<double>& target, const std::vector<double>& outputs,
                   const std::vector<std::size_t>& steps, std::size_t width, std::size_t axis) {
  double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  for (const std::size_t k : steps) {
    const double x = target[width * k + axis];
    const double y = outputs[width * k + axis];
    a += x;
    b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const auto n = static_cast<double>(steps.size());
  const double spread = (aa - a * a / n) * (bb - b * b / n);
  return spread > 0 ? (ab - a * b / n) / std::sqrt(spread) : 0;
}

struct DecodingEvaluator : Evaluator {
  const DecodingObjective* objective = nullptr;
  EvaluatorRequest of;

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted) const override {
    return run_units(
        units.size(), [&](std::size_t k) { return run_unit(part, units[k], theta, {}); }, Grouping::one_by_one);
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted) const override {
    if (of.before) of.before();
    const std::shared_ptr<const DecodingSession> session = objective->session(part, unit);
    return of.precision == Precision::float64 ? run_as<double>(*session, theta) : run_as<float>(*session, theta);
  }

  template <class T>
  Outcome run_as(const DecodingSession& session, const std::vector<double>& theta) const {
    const auto derivative = of.slopes == Slopes::second ? SpikeDerivative::zero : SpikeDerivative::surrogate;
    const DecodingOutcome out =
        DecodingLearner<T>(of.plan, session.network, derivative, of.directions).run(session, theta);
    if (out.diverged) return diverged_outcome();
    return decoding_outcome(objective->options(), session.stream, out.outputs, out.losses_by, of.directions.size());
  }
};

}  // namespace

Outcome decoding_outcome(const DecodingOptions& options, const DecodingStream& stream,
                         const std::vector<double>& outputs, const std::vector<double>& losses_by,
                         std::size_t directions) {
  const std::vector<std::size_t> steps = scored_steps(options, stream.learn);
  const std::size_t width = stream.target.size() / stream.learn.size();
  const std::size_t block = steps_of_block(options);
  const std::size_t blocks = (steps.size() + block - 1) / block;
  Outcome out;
  for (std::size_t first = 0; first < steps.size(); first += block) {
    const std::size_t last = std::min(first + block, steps.size());
    const auto count = static_cast<double>(last - first);
    double mean = 0;
    std::vector<double> slope(directions);
    for (std::size_t s = first; s < last; ++s) {
      const double error = square_error(stream.target, outputs, width, steps[s]);
      mean += std::min(error, largest_step_error) / count;
      if (error >= largest_step_error) continue;
      for (std::size_t d = 0; d < directions; ++d) slope[d] += losses_by[steps[s] * directions + d] / count;
    }
    // A shorter one counts less, so that the loss is a mean over steps.
    const double share = count * static_cast<double>(blocks) / static_cast<double>(steps.size());
    mean *= share;
    for (double& s : slope) s *= share;
    const double root = std::sqrt(mean);
    out.residuals.push_back(root);
    for (const double s : slope) out.jacobian.push_back(root > 0 ? s / (2 * root) : 0);
  }
  take_losses(out);
  if (out.diverged) return diverged_outcome();
  for (std::size_t axis = 0; axis < width; ++axis)
    out.accuracy += correlation(stream.target, outputs, steps, width, axis) / static_cast<double>(width);
  return out;
}

struct DecodingObjective::Kept {
  std::mutex mutex;
  std::array<std::deque<std::pair<std::size_t, std::shared_ptr<const DecodingSession>>>, 3> sessions;  // by Part
};

DecodingObjective::DecodingObjective(const DecodingOptions& options, std::uint64_t seed)
    : options_(options), seed_(seed), kept_(std::make_shared<Kept>()) {
  options_.check();
}

std::shared_ptr<const DecodingSession> DecodingObjective::session(Part part, std::size_t number) const {
  constexpr double most = 1 << 29;  // bytes a part
  {
    const std::lock_guard<std::mutex> lock(kept_->mutex);
    for (const auto& [known, session] : kept_->sessions[static_cast<std::size_t>(part)]) {
      if (known == number) return session;
    }
  }
  auto drawn = std::make_shared<const DecodingSession>(drawn_session(options_, seed_, part, number));
  const std::lock_guard<std::mutex> lock(kept_->mutex);
  auto& sessions = kept_->sessions[static_cast<std::size_t>(part)];
  sessions.emplace_back(number, drawn);
  const double bytes = static_cast<double>(drawn->stream.counts.size() * sizeof(double));
  if (static_cast<double>(sessions.size()) * bytes > most) sessions.pop_front();
  return drawn;
}

std::string DecodingObjective::identity() const {
  const DecodingOptions& o = options_;
  const std::string data =
      o.recorded ? fmt::format(" {} {:a} {:a} {:a} {}", o.recorded->hash, o.lag, o.smooth, o.least_rate, o.behaviour)
                 : "";
  return fmt::format("decoding {} {} {:a} {} {} {:a} {:a} {:a} {} {:a} {} {:a} {:a} {:a} {:a} {:a} {:a} {}{}", o.tuning,
                     o.units, o.bin, fmt::join(o.hidden, ","), o.feedback, o.learn_time, o.frozen_time, o.search_share,
                     o.change, o.change_share, o.frozen_after_change, o.tau_membrane, o.tau_output, o.threshold,
                     o.gate_slope, o.tangent_slope, o.row_bound, o.clock, data);
}

// Networks are drawn, but streams of recordings are not: what is chosen on or reported counts each of them once.
std::size_t DecodingObjective::units(Part part) const {
  if (options_.recorded && part != Part::search) return options_.recorded->of(part).size();
  return std::numeric_limits<std::size_t>::max();
}

int DecodingObjective::longest_unit() const {
  int longest = 0;
  if (options_.recorded) {
    for (const std::vector<DecodingStream>& part : options_.recorded->of_part) {
      for (const DecodingStream& s : part) longest = std::max(longest, s.steps());
    }
    return longest;
  }
  return options_.learn_steps(Part::test) + options_.frozen_steps(Part::test);
}

std::size_t DecodingObjective::answers(Part part, std::size_t unit) const {
  const std::size_t scored =
      scored_steps(options_, options_.recorded ? session(part, unit)->stream.learn : learn_mask(options_, part)).size();
  const std::size_t block = steps_of_block(options_);
  return (scored + block - 1) / block;
}

std::unique_ptr<Evaluator> DecodingObjective::compile(EvaluatorRequest request) const {
  refuse_values_of_recordings(request.plan);
  refuse_trials(request.plan, "streams");
  refuse_another_bin(request.plan, options_.bin);
  SpikingShape small = options_.shape();
  for (int& neurons : small.layers) neurons = 1;
  const SpikingNetwork<float> refuses_what_it_cannot_do(request.plan, small, SpikeDerivative::surrogate, {});
  auto out = std::make_unique<DecodingEvaluator>();
  out->objective = this;
  out->of = std::move(request);
  return out;
}

LossTraits DecodingObjective::traits() const {
  LossTraits t;
  t.tempers = true;
  t.fresh_units = true;
  t.second_slopes = true;
  t.differs_widely = true;
  return t;
}

// A session that diverged counts as one in which every step counts most.
Score DecodingObjective::summarise(const std::vector<Outcome>& outcomes) const {
  Score s;
  for (const Outcome& o : outcomes) {
    s.diverged += o.diverged;
    s.losses.push_back(o.diverged ? largest_step_error / 2 : o.loss);
    s.accuracies.push_back(o.diverged ? 0 : o.accuracy);
  }
  s.loss = estimate(s.losses);
  s.accuracy = limited(estimate(s.accuracies), -1, 1);
  return s;
}

std::string DecodingObjective::recorded(Part part, std::size_t unit, const Rule& rule,
                                        const std::vector<double>& theta) const {
  RecordedDecoding out;
  out.name = fmt::format("{} {} {}", options_.recorded ? "recorded" : options_.tuning, rule_search::name(part), unit);
  out.session = drawn_session(options_, seed_, part, unit);
  out.rule = print(rule);
  const ParameterLayout layout(rule.parameters, connections());
  for (std::size_t k = 0; k < layout.names.size(); ++k) {
    const std::string& name = rule.parameters[static_cast<std::size_t>(layout.parameter[k])].name;
    if (out.parameters.empty() || out.parameters.back().first != name) out.parameters.push_back({name, {}});
    out.parameters.back().second.push_back(theta[k]);
  }
  return to_json(out);
}

}  // namespace rule_search
