// A recorded episode carried out once more, with everything that comes out of it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <stdexcept>

#include "base/error.hpp"
#include "base/json.hpp"
#include "objectives/few_shot/episode_file.hpp"
#include "objectives/few_shot/kind.hpp"
#include "objectives/few_shot/learner.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

template <class T>
Outcome run_as(const Rule& rule, const Episode& episode, const std::vector<double>& theta,
               const std::vector<int>& directions) {
  Learner<T> learner(plan::lower(rule), episode.network, episode.feedback, directions);
  return learner.run(episode, theta, {true, true});
}

// A matrix a connection, each a list of rows.
json matrices(const std::vector<std::vector<double>>& weights, const Network& network) {
  const Graph graph = network.graph();
  json out = json::array();
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const auto columns =
        static_cast<std::ptrdiff_t>(network.layers[static_cast<std::size_t>(graph.connections[c].from)]);
    json matrix = json::array();
    for (auto at = weights[c].begin(); at != weights[c].end(); at += columns)
      matrix.push_back(std::vector<double>(at, at + columns));
    out.push_back(std::move(matrix));
  }
  return out;
}

}  // namespace

bool FewShotKind::has_recorded(const json& document) const {
  return document.is_object() && document.contains("train");
}

Replayed FewShotKind::replay(const json& document, const std::string& path, const ReplayRequest& request) const {
  if (request.rule.empty())
    throw InputError(fmt::format("{}: expected a rule beside the episode\n  hint: ‹rule› FILE", path));
  const Rule rule = read_rule(request.rule);
  const Recording recording = recording_in(document, path);
  const Episode& episode = recording.episode;
  const ParameterLayout layout(rule.parameters, episode.network.connections());
  const std::vector<double> theta = recorded_values(rule, recording.parameters, episode.network.connections(), path);
  const Outcome out = request.precision == Precision::float64 ? run_as<double>(rule, episode, theta, layout.all())
                                                              : run_as<float>(rule, episode, theta, layout.all());
  if (out.diverged)
    throw std::runtime_error(fmt::format("{}: the episode diverged: a number is no longer finite", path));

  // Between equal directions, rounding alone gives an inverse cosine anything from 0 to 1.5e-6 degrees, in
  // every program another value. What lies below the last digit of a cosine is given as that digit, in the
  // middle.
  std::vector<double> angles = out.alignment;
  for (double& a : angles) a = std::max(a, std::acos(std::nextafter(1.0, 0.0)) * 180 / std::numbers::pi);

  json values = {{"query_losses", out.query_losses},
                 {"query_loss", out.loss},
                 {"accuracy", out.accuracy},
                 {"alignment_degrees", angles}};
  const std::size_t size = layout.names.size();
  values["jacobian"] = json::array();
  std::vector<double> gradient(size, 0);
  for (std::size_t q = 0; q < out.query_losses.size(); ++q) {
    const auto first = out.jacobian.begin() + static_cast<std::ptrdiff_t>(q * size);
    values["jacobian"].push_back(std::vector<double>(first, first + static_cast<std::ptrdiff_t>(size)));
    for (std::size_t k = 0; k < size; ++k)
      gradient[k] += out.jacobian[q * size + k] / static_cast<double>(out.query_losses.size());
  }
  values["gradient"] = json::object();
  for (std::size_t k = 0; k < size; ++k) values["gradient"][layout.names[k]] = gradient[k];
  values["final_weights"] = matrices(out.weights, episode.network);
  if (!out.feedback_weights.empty()) values["final_feedback_weights"] = matrices(out.feedback_weights, episode.network);

  Replayed told;
  told.document = dump(values, 2);
  told.text = fmt::format("{} with {}: {} steps, {} queries\n  loss      {:.12g}\n  accuracy  {:.4g}\n",
                          recording.name.empty() ? path : recording.name, rule.name, episode.train.size,
                          episode.query.size, out.loss, out.accuracy);
  for (std::size_t k = 0; k < size; ++k)
    told.text += fmt::format("  d loss / d {:<10} {:.12g}\n", layout.names[k], gradient[k]);
  told.text += "  angles ";
  for (double a : angles) told.text += fmt::format(" {:.4f}", a);
  told.text += " degrees\n";
  return told;
}

}  // namespace rule_search
