#include "objectives/recordings/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/parallel.hpp"
#include "base/statistics.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/hash.hpp"
#include "objectives/recordings/simulation.hpp"
#include "objectives/recordings/step_length.hpp"

namespace rule_search {

namespace {

// Of the same recordings the loss that a fit of all begins with; the half and the quarter are taken one after the other.
std::optional<RecordingsLoss> easier_than(RecordingsLoss loss, const RecordingsData& data) {
  if (loss == RecordingsLoss::simulation) return data.easier;
  if (loss == RecordingsLoss::half) return RecordingsLoss::quarter;
  return std::nullopt;
}

std::string noise_text(const RecordingsOptions& o) {
  const double w = o.estimated_noise_of_weights;
  const double post = o.estimated_noise_of_post;
  return w > 0 || post > 0 ? fmt::format(" noise {:a} {:a}", w, post) : "";
}

struct RecordingsEvaluator : Evaluator {
  std::shared_ptr<const RecordingsData> data;
  RecordingSplit split;
  RecordingsLoss loss = RecordingsLoss::simulation;
  RecordingsOptions options;
  EvaluatorRequest of;

  // By recording: its best initial weights of the last run, near which those of the next one lie. An evaluator is of one
  // fit, so what comes out does not depend on what else was done.
  mutable std::vector<std::vector<double>> nearby;

  std::vector<Outcome> run_these(Part part, const std::vector<std::size_t>& units, const std::vector<double>& theta,
                                 Wanted) const override {
    nearby.resize(data->recordings.size());
    std::vector<Simulated> simulated =
        run_units(units.size(), [&](std::size_t k) { return simulate(part, units[k], theta); });
    std::vector<Outcome> outcomes;
    for (std::size_t k = 0; k < units.size(); ++k) outcomes.push_back(taken(part, units[k], simulated[k]));
    return outcomes;
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted) const override {
    nearby.resize(data->recordings.size());
    Simulated simulated = simulate(part, unit, theta);
    return taken(part, unit, simulated);
  }

  std::size_t number(Part part, std::size_t unit) const { return split[static_cast<std::size_t>(part)].at(unit); }

  Simulated simulate(Part part, std::size_t unit, const std::vector<double>& theta) const {
    if (of.before) of.before();
    const std::size_t k = number(part, unit);
    const bool held_out = part != Part::search;
    const std::vector<double>& known = held_out ? data->initial_weights_of_half[k] : data->initial_weights[k];
    return Simulation(of.plan, data->recordings[k], known, of.directions, options, data->scales, loss, data->weights[k])
        .run(theta, nearby[k], held_out);
  }

  Outcome taken(Part part, std::size_t unit, Simulated& simulated) const {
    if (!simulated.outcome.diverged) nearby[number(part, unit)] = std::move(simulated.initial_weights);
    return std::move(simulated.outcome);
  }
};

}  // namespace

RecordingsObjective::RecordingsObjective(std::vector<LayerRecording> recordings, const RecordingsOptions& options,
                                         std::uint64_t seed, std::vector<LayerRecording> test)
    : data_(std::make_shared<const RecordingsData>(prepared(std::move(recordings), std::move(test), options))),
      split_(split_recordings(data_->recordings.size(), data_->named_for_test, data_->eventful >= enough_to_keep_apart,
                              seed)),
      options_(options),
      loss_(RecordingsLoss::simulation) {
  make_surrogate();
}

RecordingsObjective::RecordingsObjective(std::shared_ptr<const RecordingsData> data, RecordingSplit split,
                                         RecordingsOptions options, RecordingsLoss loss)
    : data_(std::move(data)), split_(std::move(split)), options_(std::move(options)), loss_(loss) {
  make_surrogate();
}

void RecordingsObjective::make_surrogate() {
  if (const auto easier = easier_than(loss_, *data_))
    surrogate_.reset(new RecordingsObjective(data_, split_, options_, *easier));
}

std::unique_ptr<const Objective> RecordingsObjective::with_own_values(bool own) const {
  RecordingsOptions options = options_;
  options.own_values = own;
  options.judged_by_second_half = true;
  // What is known of initial weights is the same, by halves as well: where one was not recorded, they are judged by
  // second halves already.
  for (std::size_t k : split_[static_cast<std::size_t>(Part::search)]) first_half(data_->recordings[k], options);
  return std::unique_ptr<const Objective>(new RecordingsObjective(data_, split_, std::move(options), loss_));
}

bool RecordingsObjective::finds_itself(const Parameter& p) const { return options_.own_values && p.per_recording; }

std::string RecordingsObjective::unit_name(Part part, std::size_t unit) const { return recording(part, unit).name; }

std::string RecordingsObjective::identity() const {
  const RecordingsOptions& o = options_;
  return fmt::format("recordings {} {:a} {} {}{}{}{}{}{} of {} validation {}", name(o.activation), o.beta, o.one_step,
                     static_cast<int>(loss_), o.fit_initial_weights ? " first" : "",
                     o.fit_initial_states ? " states" : "", noise_text(o),
                     o.warm_up > 0 ? fmt::format(" after {}", o.warm_up) : "",
                     o.own_values              ? " own values"
                     : o.judged_by_second_half ? " second halves"
                                               : "",
                     fmt::join(split_[0], ","), fmt::join(split_[1], ","));
}

std::string RecordingsObjective::content_hash() const {
  RecordingHash hash;
  for (const LayerRecording& r : data_->recordings) {
    hash.add(r);
    // What is estimated is no part of the data.
    if (!(data_->options.estimated_noise_of_post > 0)) hash.add_errors(r.post_error);
    if (!(data_->options.estimated_noise_of_weights > 0)) hash.add_errors(r.w_error);
  }
  return hash.hash().text();
}

std::size_t RecordingsObjective::answers(Part part, std::size_t unit) const {
  const LayerRecording& r = recording(part, unit);
  std::size_t out = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(r.n); ++i)
    out += residuals_of(r, i, loss_, options_, part != Part::search);
  return out;
}

int RecordingsObjective::longest_unit() const {
  int most = 0;
  for (const LayerRecording& r : data_->recordings) most = std::max(most, r.steps);
  return most;
}

std::unique_ptr<Evaluator> RecordingsObjective::compile(EvaluatorRequest request) const {
  const LayerRecording& first = data_->recordings[0];
  const PlasticLayer refuses_what_it_cannot_do(request.plan, first.n, first.m, {}, options_.activation, options_.beta);
  std::vector<const LayerRecording*> as_given;
  for (std::size_t k : data_->as_given) as_given.push_back(&data_->recordings[k]);
  refuse_another_step(request.plan.step, as_given);
  const std::size_t states = options_.fit_initial_states ? numbers_remembered(request.plan, first.n, first.m) : 0;
  for (const LayerRecording* r : as_given) {
    refuse_what_was_not_recorded(request.plan, *r);
    refuse_too_many_initial_weights(*r, options_, states);
  }
  auto out = std::make_unique<RecordingsEvaluator>();
  out->data = data_;
  out->split = split_;
  out->loss = loss_;
  out->options = options_;
  out->of = std::move(request);
  return out;
}

std::vector<Fold> RecordingsObjective::folds(std::size_t most) const {
  const std::size_t count = std::min(most, units(Part::search));
  std::vector<Fold> out;
  for (std::size_t f = 0; f < count; ++f) {
    Fold fold;
    RecordingSplit split = fold_of(split_, f, count, fold.units);
    fold.objective.reset(new RecordingsObjective(data_, std::move(split), options_, loss_));
    out.push_back(std::move(fold));
  }
  return out;
}

double RecordingsObjective::gain_by_chance(const Score& smaller, const Score& larger,
                                           std::array<std::size_t, 2> parameters) const {
  double less = 0;
  double more = 0;
  for (double loss : larger.losses) less += loss;
  for (double loss : smaller.losses) more += loss;
  const double added = static_cast<double>(parameters[1]) - static_cast<double>(parameters[0]);
  if (!(added > 0) || !(more > less)) return 1;
  if (choices_alone()) {
    // A loss of 1/2 is the entropy of one choice, of which a recording has so many.
    const double nats = 2 * std::pow(data_->scales.choice, 2) * data_->numbers_of_one;
    return chi_squared_tail(2 * nats * (more - less), added);
  }
  const double left = larger.independent - static_cast<double>(parameters[1]);
  return left >= 1 ? f_tail((more - less) / added / (std::max(less, 1e-300) / left), added, left) : 1;
}

LossTraits RecordingsObjective::traits() const {
  LossTraits t;
  t.tolerance = 1e-9;  // a layer that does not change has a loss of 0.5
  t.fits_all_at_once = true;
  t.compares_by_ratios = true;
  t.cross_validates = true;
  t.weighs_by_noise = data_->errors_are_missing && loss_ == RecordingsLoss::simulation;
  t.quadratic = loss_ == RecordingsLoss::integral;
  t.uses_all_units = true;
  return t;
}

Score RecordingsObjective::summarise(const std::vector<Outcome>& outcomes) const {
  return summarise_explained(outcomes);
}

std::unique_ptr<const Objective> RecordingsObjective::weighed_by_noise(const FittedRule& rule) const {
  constexpr double least = 1e-3;
  const Noise left = noise(plan::lower(rule.rule), rule.theta);
  const ResidualScales& scales = data_->scales;
  if (!(left.weights > 0) && !(left.post > 0)) return nullptr;
  auto data = std::make_shared<const RecordingsData>(with_estimated_noise(
      *data_, std::max(left.weights, least * scales.weights), std::max(left.post, least * scales.post)));
  RecordingsOptions options = data->options;
  options.own_values = options_.own_values;
  options.judged_by_second_half = options_.judged_by_second_half;
  return std::unique_ptr<const Objective>(new RecordingsObjective(std::move(data), split_, std::move(options), loss_));
}

RecordingsObjective::Noise RecordingsObjective::noise(const plan::Plan& plan, const std::vector<double>& theta) const {
  double weights = 0, posts = 0, of_weights = 0, of_posts = 0;
  double weights_in_errors = 0, posts_in_errors = 0;
  for (std::size_t k : split_[static_cast<std::size_t>(Part::search)]) {
    const LayerRecording& r = data_->recordings[k];
    const Simulated simulated = Simulation(plan, r, data_->initial_weights[k], {}, options_, data_->scales).run(theta);
    if (simulated.outcome.diverged) return {};
    const Missed& m = simulated.missed;
    // What is fitted of the beginning takes some of the noise with it.
    const std::size_t seen = m.weights_seen + m.posts_seen + m.choices_seen;
    const std::size_t states = options_.fit_initial_states ? numbers_remembered(plan, r.n, r.m) : 0;
    const auto fitted = static_cast<double>(fitted_initial_weights(r, options_).size() + states);
    const double left = seen == 0 ? 0 : 1 - fitted / static_cast<double>(seen);
    if (!(left > 0)) continue;
    weights += m.weights;
    posts += m.post;
    weights_in_errors += m.weights_in_errors;
    posts_in_errors += m.post_in_errors;
    of_weights += left * static_cast<double>(m.weights_seen);
    of_posts += left * static_cast<double>(m.posts_seen);
  }
  const auto root_mean = [](double squares, double count) { return count > 0 ? std::sqrt(squares / count) : 0; };
  return {root_mean(weights, of_weights), root_mean(posts, of_posts), root_mean(weights_in_errors, of_weights),
          root_mean(posts_in_errors, of_posts)};
}

std::size_t RecordingsObjective::fitted_initial_weights_of_all() const {
  std::size_t count = 0;
  for (const LayerRecording& r : data_->recordings) count += fitted_initial_weights(r, options_).size();
  return count;
}

}  // namespace rule_search
