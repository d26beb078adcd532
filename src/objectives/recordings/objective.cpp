#include "objectives/recordings/objective.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

#include "base/parallel.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/compared.hpp"
#include "objectives/recordings/hash.hpp"
#include "objectives/recordings/simulation.hpp"

namespace rule_search {

namespace {

// Of the same recordings the loss that a fit of all begins with; the half and the quarter are taken one after the other.
std::optional<RecordingsLoss> easier_than(RecordingsLoss loss, const RecordingsData& data) {
  if (loss == RecordingsLoss::simulation) return data.easier;
  if (loss == RecordingsLoss::half) return RecordingsLoss::quarter;
  return std::nullopt;
}

struct RecordingsEvaluator : Evaluator {
  std::shared_ptr<const RecordingsData> data;
  RecordingsLoss loss = RecordingsLoss::simulation;
  EvaluatorRequest of;

  // By recording: its best initial weights of the last run, near which those of the next one lie. An evaluator is of one
  // fit, so what comes out does not depend on what else was done.
  mutable std::vector<std::vector<double>> nearby;

  std::vector<Outcome> run(Part part, std::size_t count, const std::vector<double>& theta, Wanted) const override {
    if (count == 0) return {};
    const std::vector<RecordingUnit>& units = data->units[static_cast<std::size_t>(part)];
    nearby.resize(data->recordings.size());
    std::vector<Simulated> simulated =
        run_units(units.at(count - 1).recording + 1, [&](std::size_t k) { return simulate(part, k, theta); });
    for (std::size_t k = 0; k < simulated.size(); ++k) keep_initial_weights(part, k, simulated[k]);
    std::vector<Outcome> outcomes;
    for (std::size_t u = 0; u < count; ++u)
      outcomes.push_back(std::move(simulated[units[u].recording].outcomes[units[u].neuron]));
    return outcomes;
  }

  Outcome run_unit(Part part, std::size_t unit, const std::vector<double>& theta, Wanted) const override {
    const RecordingUnit& u = data->units[static_cast<std::size_t>(part)].at(unit);
    nearby.resize(data->recordings.size());
    Simulated simulated = simulate(part, u.recording, theta);
    keep_initial_weights(part, u.recording, simulated);
    return std::move(simulated.outcomes[u.neuron]);
  }

  // Recording k of a part.
  Simulated simulate(Part part, std::size_t k, const std::vector<double>& theta) const {
    if (of.before) of.before();
    const std::size_t number = data->number(part, k);
    return Simulation(of.plan, data->recordings[number], data->initial_weights[number], of.directions, data->options,
                      data->scales, loss)
        .run(theta, nearby[number], part != Part::search);
  }

  void keep_initial_weights(Part part, std::size_t k, Simulated& simulated) const {
    if (!simulated.outcomes[0].diverged) nearby[data->number(part, k)] = std::move(simulated.initial_weights);
  }
};

}  // namespace

RecordingsObjective::RecordingsObjective(std::vector<LayerRecording> recordings, const RecordingsOptions& options,
                                         std::uint64_t seed)
    : RecordingsObjective(std::make_shared<const RecordingsData>(prepared(std::move(recordings), options, seed)),
                          RecordingsLoss::simulation) {}

RecordingsObjective::RecordingsObjective(std::shared_ptr<const RecordingsData> data, RecordingsLoss loss)
    : data_(std::move(data)), loss_(loss) {
  if (const auto easier = easier_than(loss, *data_)) surrogate_.reset(new RecordingsObjective(data_, *easier));
}

std::string RecordingsObjective::identity() const {
  const RecordingsOptions& o = data_->options;
  return fmt::format("trajectory {} {:a} {} {}{}", name(o.activation), o.beta, o.one_step, static_cast<int>(loss_),
                     o.fit_initial_weights ? " first" : "");
}

std::string RecordingsObjective::content_hash() const {
  RecordingHash hash;
  for (const LayerRecording& r : data_->recordings) hash.add(r);
  return hash.hash().text();
}

std::size_t RecordingsObjective::answers(Part part, std::size_t unit) const {
  const RecordingUnit& u = data_->units[static_cast<std::size_t>(part)].at(unit);
  return residuals_of(recording(part, u.recording), u.neuron, loss_, data_->options, part != Part::search);
}

std::unique_ptr<Evaluator> RecordingsObjective::compile(EvaluatorRequest request) const {
  const LayerRecording& first = data_->recordings[0];
  const PlasticLayer refuses_what_it_cannot_do(request.plan, first.n, first.m, {}, data_->options.activation,
                                               data_->options.beta);
  for (const LayerRecording& r : data_->recordings) refuse_what_was_not_recorded(request.plan, r);
  auto out = std::make_unique<RecordingsEvaluator>();
  out->data = data_;
  out->loss = loss_;
  out->of = std::move(request);
  return out;
}

LossTraits RecordingsObjective::traits() const {
  LossTraits t;
  t.tolerance = 1e-9;  // a layer that does not change has a loss of 0.5
  t.fits_all_at_once = true;
  t.compares_by_ranks = true;
  t.uses_all_units = true;
  return t;
}

Score RecordingsObjective::summarise(const std::vector<Outcome>& outcomes) const { return summarise_squares(outcomes); }

RecordingsObjective::Noise RecordingsObjective::noise(const plan::Plan& plan, const std::vector<double>& theta) const {
  double weights = 0, posts = 0, of_weights = 0, of_posts = 0;
  for (std::size_t k : data_->split[static_cast<std::size_t>(Part::search)]) {
    const LayerRecording& r = data_->recordings[k];
    const Simulated simulated =
        Simulation(plan, r, data_->initial_weights[k], {}, data_->options, data_->scales).run(theta);
    if (simulated.outcomes[0].diverged) return {};
    const Missed& m = simulated.missed;
    // Initial weights that are fitted take some of the noise with them.
    const std::size_t seen = m.weights_seen + m.posts_seen + m.choices_seen;
    const auto fitted = static_cast<double>(fitted_initial_weights(r, data_->options).size());
    const double left = seen == 0 ? 0 : 1 - fitted / static_cast<double>(seen);
    if (!(left > 0)) continue;
    weights += m.weights;
    posts += m.post;
    of_weights += left * static_cast<double>(m.weights_seen);
    of_posts += left * static_cast<double>(m.posts_seen);
  }
  return {of_weights > 0 ? std::sqrt(weights / of_weights) : 0, of_posts > 0 ? std::sqrt(posts / of_posts) : 0};
}

std::size_t RecordingsObjective::fitted_initial_weights_of_all() const {
  std::size_t count = 0;
  for (const LayerRecording& r : data_->recordings) count += fitted_initial_weights(r, data_->options).size();
  return count;
}

}  // namespace rule_search
