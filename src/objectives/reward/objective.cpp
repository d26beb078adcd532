#include "objectives/reward/objective.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "expression/print.hpp"
#include "objectives/reward/drawn.hpp"
#include "objectives/reward/learner.hpp"
#include "objectives/reward/session_file.hpp"

namespace rule_search {

namespace {

// The root of the mean of some trials, with its derivatives; and how they went.
void add_residual(const SessionOutcome& session, std::size_t first, std::size_t count, Outcome& out) {
  double mean = 0;
  std::vector<double> slope(session.errors_by.front().size());
  for (std::size_t h = first; h < first + count; ++h) {
    mean += std::min(session.errors[h], largest_error) / static_cast<double>(count);
    if (session.errors[h] >= largest_error) continue;
    for (std::size_t d = 0; d < slope.size(); ++d) slope[d] += session.errors_by[h][d] / static_cast<double>(count);
  }
  const double root = std::sqrt(mean);
  out.residuals.push_back(root);
  for (double s : slope) out.jacobian.push_back(root > 0 ? s / (2 * root) : 0);
  const auto begin = session.errors.begin() + static_cast<std::ptrdiff_t>(first);
  const auto right = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(count),
                                   [](double error) { return error < error_of_nothing; });
  out.probes.push_back(
      {static_cast<int>(first + count), mean / 2, static_cast<double>(right) / static_cast<double>(count)});
}

Outcome outcome_of(const SessionOutcome& session) {
  if (session.diverged) return diverged_outcome();
  Outcome out;
  const std::size_t trials = session.errors.size();
  for (std::size_t first = 0; first < trials; first += trials_of_residual)
    add_residual(session, first, std::min<std::size_t>(trials_of_residual, trials - first), out);
  take_losses(out);
  if (out.diverged) return diverged_outcome();
  const auto right = std::count_if(session.errors.begin(), session.errors.end(),
                                   [](double error) { return error < error_of_nothing; });
  out.accuracy = static_cast<double>(right) / static_cast<double>(trials);
  out.criterion = trials_to_criterion(session.errors);
  return out;
}

// What noise in a trial tells is told by the errors that come after it.
Outcome estimated(const SessionOutcome& session) {
  if (session.diverged) return diverged_outcome();
  const auto trials = static_cast<double>(session.errors.size());
  std::vector<double> slope(session.scores.front().size());
  double loss = 0;
  double above_nothing = 0;  // what every network has is no news, and would be noise
  for (std::size_t h = session.errors.size(); h-- > 0;) {
    for (std::size_t d = 0; d < slope.size(); ++d) slope[d] += above_nothing * session.scores[h][d];
    const double error = std::min(session.errors[h], largest_error);
    loss += error / (2 * trials);
    above_nothing += (error - error_of_nothing) / (2 * trials);
  }
  Outcome out;
  out.residuals.push_back(std::sqrt(2 * loss));
  for (double s : slope) out.jacobian.push_back(loss > 0 ? s / out.residuals[0] : 0);
  take_losses(out);
  return out.diverged ? diverged_outcome() : out;
}

struct RewardEvaluator : Evaluator {
  const RewardObjective* objective = nullptr;
  EvaluatorRequest of;
  Derivatives derivatives = Derivatives::cut;

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted) const override {
    return run_units(
        units.size(), [&](std::size_t k) { return run_unit(part, units[k], theta, {}); }, Grouping::one_by_one);
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted) const override {
    if (of.before) of.before();
    DrawnSession drawn(objective->options(), objective->seed(), part, unit);
    return of.precision == Precision::float64 ? run_as<double>(drawn, unit, theta) : run_as<float>(drawn, unit, theta);
  }

  template <class T>
  Outcome run_as(DrawnSession& drawn, std::size_t unit, const std::vector<double>& theta) const {
    constexpr std::uint64_t of_noise = 341;  // a stream of random numbers
    const SessionOutcome session =
        SessionLearner<T>(of.plan, drawn.session(), of.directions, derivatives)
            .run(drawn.session(), drawn, theta, false, Random(objective->seed(), of_noise, unit));
    return derivatives == Derivatives::score_function ? estimated(session) : outcome_of(session);
  }
};

double memory_of_machine() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// What sessions that are carried out at once need at least: each draws its weights, and keeps them, and every state of a
// synapse as it is and as it becomes, with a plane for every derivative. `matrices`: of these.
void refuse_what_memory_cannot_hold(double neurons, double matrices, std::size_t directions, std::size_t number) {
  constexpr double gibibyte = 1024.0 * 1024 * 1024;
  const double a_synapse = sizeof(double) + matrices * static_cast<double>(number * (1 + directions));
  const double needed = static_cast<double>(threads_at_once()) * neurons * neurons * a_synapse;
  const double most = 0.8 * memory_of_machine();
  if (needed <= most) return;
  throw InputError(fmt::format(
      "‹units› {:.0f}: sessions with derivatives by {} parameters need {:.0f} GiB, and this machine has {:.0f} GiB\n  "
      "hint: ‹units› {:.0f} fits",
      neurons, directions, needed / gibibyte, memory_of_machine() / gibibyte,
      std::floor(neurons * std::sqrt(most / needed))));
}

}  // namespace

int trials_to_criterion(const std::vector<double>& errors) {
  int right = 0;
  for (std::size_t h = 0; h < errors.size(); ++h) {
    right += errors[h] < error_of_nothing;
    if (h >= criterion_window) right -= errors[h - criterion_window] < error_of_nothing;
    if (h + 1 >= criterion_window && right >= criterion_right) return static_cast<int>(h) + 1;
  }
  return 0;
}

RewardObjective::RewardObjective(const RewardOptions& options, std::uint64_t seed)
    : options_(options.completed()), seed_(seed) {
  refuse_what_memory_cannot_hold(options_.neurons, 1, 0, sizeof(float));
}

std::string RewardObjective::identity() const {
  const RewardOptions& o = options_;
  return fmt::format("reward {} {} {} {} {:a} {:a} {:a} {:a} {:a} {:a} {:a} {:a} {} {}", o.task->name, o.neurons,
                     o.trials, o.steps, o.alpha, o.gain, o.readout, o.perturbation, o.rate, o.clip, o.perturbed,
                     o.average_keep, o.exact, o.report_trials);
}

std::size_t RewardObjective::units(Part) const { return std::numeric_limits<std::size_t>::max(); }

std::size_t RewardObjective::answers(Part, std::size_t) const {
  return static_cast<std::size_t>((options_.trials + trials_of_residual - 1) / trials_of_residual);
}

std::unique_ptr<Evaluator> RewardObjective::compile(EvaluatorRequest request) const {
  refuse_values_of_recordings(request.plan);
  const auto states = std::count_if(request.plan.states.begin(), request.plan.states.end(),
                                    [](const plan::Memory& s) { return s.shape.is_matrix(); });
  refuse_what_memory_cannot_hold(options_.neurons, 1 + 2 * static_cast<double>(states), request.directions.size(),
                                 request.precision == Precision::float64 ? sizeof(double) : sizeof(float));
  if (request.slopes == Slopes::score_function && !plan::rests(request.plan, {"reward", "expected_reward"}))
    throw InputError(
        "the score function is known of rules that change weights at the end of trials alone, in proportion to reward");
  const RecurrentNetwork<float> refuses_what_it_cannot_do(request.plan, {1, 1, 1}, {});
  auto out = std::make_unique<RewardEvaluator>();
  out->objective = this;
  out->derivatives = request.slopes == Slopes::score_function            ? Derivatives::score_function
                     : options_.exact || request.slopes == Slopes::exact ? Derivatives::exact
                                                                         : Derivatives::cut;
  out->of = std::move(request);
  return out;
}

LossTraits RewardObjective::traits() const {
  LossTraits t;
  t.tempers = true;
  t.fresh_units = true;
  t.estimates_slopes = true;
  t.differs_widely = true;
  return t;
}

Score RewardObjective::summarise(const std::vector<Outcome>& outcomes) const { return summarise_squares(outcomes); }

std::string RewardObjective::recorded(Part part, std::size_t unit, const Rule& rule,
                                      const std::vector<double>& theta) const {
  DrawnSession drawn(options_, seed_, part, unit);
  RecordedSession out;
  out.name = fmt::format("{} {} {}", options_.task->name, rule_search::name(part), unit);
  out.session = drawn.session();
  for (int h = 0; h < options_.trials; ++h) out.trials.push_back(drawn[h]);
  out.rule = print(rule);
  for (const State& s : rule.states) {
    if (!s.each_trial) out.lasting_states.push_back(s.name);
  }
  for (std::size_t k = 0; k < rule.parameters.size(); ++k)
    out.parameters.push_back({rule.parameters[k].name, {theta[k]}});
  return to_json(out);
}

}  // namespace rule_search
