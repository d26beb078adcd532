// A recorded session carried out once more, with everything that comes out of it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "base/json.hpp"
#include "objectives/decoding/kind.hpp"
#include "objectives/decoding/learner.hpp"
#include "objectives/decoding/session_file.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

template <class T>
std::vector<double> values(const Activity<T>& x) {
  return std::vector<double>(x.at(0), x.at(0) + x.size);
}

template <class T>
json states_of(SpikingNetwork<T>& network, const plan::Plan& plan, const std::vector<Projection>& connections) {
  json out = json::object();
  for (std::size_t c = 0; c < connections.size(); ++c) {
    const States<T>& states = network.connection(c).states();
    std::size_t element = 0;
    for (std::size_t k = 0; k < plan.states.size(); ++k) {
      const auto count = static_cast<std::size_t>(states.at(k).rows) * static_cast<std::size_t>(states.at(k).cols);
      std::vector<double> numbers;
      for (std::size_t e = 0; e < count; ++e) numbers.push_back(static_cast<double>(states.value(element++)));
      json& by_connection = out[plan.states[k].name];
      if (plan.states[k].shape.is_number())
        by_connection.push_back(numbers[0]);
      else if (plan.states[k].shape.is_matrix())
        by_connection.push_back(json_rows(numbers, states.at(k).cols));
      else
        by_connection.push_back(numbers);
    }
  }
  return out;
}

template <class T>
json replayed(const RecordedDecoding& recorded, const plan::Plan& plan, const ParameterLayout& layout,
              const std::vector<double>& theta, const std::string& path) {
  const SpikingShape& shape = recorded.session.network;
  const std::vector<Projection> connections = shape.connections();
  DecodingLearner<T> learner(plan, shape, SpikeDerivative::surrogate, layout.all());
  json spikes = json::array();
  json membrane = json::array();
  for (std::size_t l = 2; l < shape.layers.size(); ++l) {
    spikes.push_back(json::array());
    membrane.push_back(json::array());
  }
  const DecodingOutcome out = learner.run(recorded.session, theta, [&](const SpikingNetwork<T>& network) {
    for (std::size_t l = 1; l + 1 < shape.layers.size(); ++l) {
      spikes[l - 1].push_back(values(network.activity(l)));
      membrane[l - 1].push_back(values(network.membrane(l)));
    }
  });
  if (out.diverged)
    throw std::runtime_error(
        fmt::format("{}: the session diverged in step {}: a number is no longer finite", path, out.losses.size()));
  const int directions = learner.network().directions();
  const auto wrong =
      std::find_if_not(out.losses_by.begin(), out.losses_by.end(), [](double x) { return std::isfinite(x); });
  if (wrong != out.losses_by.end())
    throw std::runtime_error(fmt::format("{}: a derivative is no longer finite in step {}", path,
                                         (wrong - out.losses_by.begin()) / directions));
  json document = {
      {"losses", out.losses},
      {"loss", std::accumulate(out.losses.begin(), out.losses.end(), 0.0) / static_cast<double>(out.losses.size())},
      {"parameter_order", layout.names},
      {"jacobian", json_rows(out.losses_by, directions)},
      {"spikes", spikes},
      {"membrane", membrane},
      {"output", json_rows(out.outputs, shape.layers.back())},
      {"final_weights", json::array()},
      {"final_states", states_of(learner.network(), plan, connections)}};
  for (std::size_t c = 0; c < connections.size(); ++c) {
    const int columns = shape.presynaptic(connections[c]);
    std::vector<double> w(static_cast<std::size_t>(columns) *
                          static_cast<std::size_t>(shape.layers[static_cast<std::size_t>(connections[c].to)]));
    learner.network().connection(c).get_weights(w.data());
    document["final_weights"].push_back(json_rows(w, columns));
  }
  DecodingLearner<T> frozen(plan, shape, SpikeDerivative::zero, layout.all());
  document["jacobian_frozen_spikes"] = json_rows(frozen.run(recorded.session, theta).losses_by, directions);
  return document;
}

}  // namespace

bool DecodingKind::has_recorded(const json& document) const { return is_decoding_session(document); }

Replayed DecodingKind::replay(const json& document, const std::string& path, const ReplayRequest& request) const {
  const RecordedDecoding recorded = decoding_session_in(document, path);
  const Rule rule = request.rule.empty() ? check_rule({path + ": rule", recorded.rule}) : read_rule(request.rule);
  const std::vector<Projection> connections = recorded.session.network.connections();
  const auto count = static_cast<int>(connections.size());
  const ParameterLayout layout(rule.parameters, count);
  const std::vector<double> theta = recorded_values(rule, recorded.parameters, count, path);
  const plan::Plan plan = plan::lower(rule);
  refuse_values_of_recordings(plan);
  refuse_trials(plan, "sessions without trials");
  refuse_another_bin(plan, recorded.session.network.dt);
  json values = request.precision == Precision::float64 ? replayed<double>(recorded, plan, layout, theta, path)
                                                        : replayed<float>(recorded, plan, layout, theta, path);
  const auto steps = static_cast<double>(values["losses"].size());
  Replayed told;
  told.text = fmt::format("{} with {}: layers {}, {} steps\n  mean loss  {:.12g}\n",
                          recorded.name.empty() ? path : recorded.name, rule.name,
                          fmt::join(recorded.session.network.layers, "-"), steps, values["loss"].get<double>());
  values["gradient"] = json::object();
  for (std::size_t k = 0; k < layout.names.size(); ++k) {
    double slope = 0;
    for (const json& of_step : values["jacobian"]) slope += of_step[k].get<double>() / steps;
    values["gradient"][layout.names[k]] = slope;
    told.text +=
        fmt::format("  d mean loss / d {:<10} {:.12g}   (through spikes by their surrogate)\n", layout.names[k], slope);
  }
  told.document = dump(values, 2);
  return told;
}

}  // namespace rule_search
