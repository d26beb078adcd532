#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

#include "base/json.hpp"
#include "command/command.hpp"
#include "objectives/few_shot/episode_file.hpp"
#include "objectives/few_shot/learner.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string rule;
  std::string precision = "double";
  bool as_json = false;
};

template <class T>
Outcome run_as(const Rule& rule, const Episode& episode, const std::vector<double>& theta) {
  std::vector<int> all(theta.size());
  std::iota(all.begin(), all.end(), 0);
  Learner<T> learner(plan::lower(rule), episode.network, episode.feedback, all);
  return learner.run(episode, theta, {true, true});
}

// A matrix a connection, each a list of rows.
nlohmann::json matrices(const std::vector<std::vector<double>>& weights, const Network& network) {
  const Graph graph = network.graph();
  nlohmann::json out = nlohmann::json::array();
  for (std::size_t c = 0; c < weights.size(); ++c) {
    const auto columns =
        static_cast<std::ptrdiff_t>(network.layers[static_cast<std::size_t>(graph.connections[c].from)]);
    nlohmann::json matrix = nlohmann::json::array();
    for (auto at = weights[c].begin(); at != weights[c].end(); at += columns)
      matrix.push_back(std::vector<double>(at, at + columns));
    out.push_back(std::move(matrix));
  }
  return out;
}

int run(const Options& o) {
  const Rule rule = read_rule(o.rule);
  const Recording recording = read_recording(o.file);
  const Episode& episode = recording.episode;
  const ParameterLayout layout(rule.parameters, episode.network.connections());
  std::vector<double> theta = layout.initial;
  for (const auto& [name, values] : recording.parameters) {
    const int r = rule.parameter_index(name);
    if (r < 0)
      throw InputError(fmt::format("{}: parameters.{}: the rule {} has no such parameter, expected one of {}", o.file,
                                   name, rule.name, fmt::join(layout.names, ", ")));
    const Parameter& p = rule.parameters[static_cast<std::size_t>(r)];
    const std::size_t entries = p.per_layer ? static_cast<std::size_t>(episode.network.connections()) : 1;
    if (values.size() != 1 && values.size() != entries)
      throw InputError(fmt::format("{}: parameters.{}: expected one number{}, found {}", o.file, name,
                                   p.per_layer ? fmt::format(" or {}, one a connection", entries) : "", values.size()));
    for (const double value : values) {
      if (value < p.lower || value > p.upper)
        throw InputError(
            fmt::format("{}: parameters.{}: expected a number in [{:g}, {:g}], the bounds of {}, found {:g}", o.file,
                        name, p.lower, p.upper, o.rule, value));
    }
    for (std::size_t k = 0; k < entries; ++k)
      theta[static_cast<std::size_t>(layout.first[static_cast<std::size_t>(r)]) + k] =
          values[values.size() == 1 ? 0 : k];
  }
  const Outcome out =
      o.precision == "double" ? run_as<double>(rule, episode, theta) : run_as<float>(rule, episode, theta);
  if (out.diverged)
    throw std::runtime_error(fmt::format("{}: the episode diverged: a number is no longer finite", o.file));

  // Between equal directions, rounding alone gives an inverse cosine anything from 0 to 1.5e-6 degrees, in
  // every program another value. What lies below the last digit of a cosine is given as that digit, in the
  // middle.
  std::vector<double> angles = out.alignment;
  for (double& a : angles) a = std::max(a, std::acos(std::nextafter(1.0, 0.0)) * 180 / std::numbers::pi);

  nlohmann::json json = {{"query_losses", out.query_losses},
                         {"query_loss", out.loss},
                         {"accuracy", out.accuracy},
                         {"alignment_degrees", angles}};
  const std::size_t size = layout.names.size();
  json["jacobian"] = nlohmann::json::array();
  std::vector<double> gradient(size, 0);
  for (std::size_t q = 0; q < out.query_losses.size(); ++q) {
    const auto first = out.jacobian.begin() + static_cast<std::ptrdiff_t>(q * size);
    json["jacobian"].push_back(std::vector<double>(first, first + static_cast<std::ptrdiff_t>(size)));
    for (std::size_t k = 0; k < size; ++k)
      gradient[k] += out.jacobian[q * size + k] / static_cast<double>(out.query_losses.size());
  }
  json["gradient"] = nlohmann::json::object();
  for (std::size_t k = 0; k < size; ++k) json["gradient"][layout.names[k]] = gradient[k];
  json["final_weights"] = matrices(out.weights, episode.network);
  if (!out.feedback_weights.empty()) json["final_feedback_weights"] = matrices(out.feedback_weights, episode.network);
  if (o.as_json) {
    std::cout << dump(json, 2) << "\n";
    return 0;
  }
  fmt::print("{} with {}: {} steps, {} queries\n  loss      {:.12g}\n  accuracy  {:.4g}\n",
             recording.name.empty() ? o.file : recording.name, rule.name, episode.train.size, episode.query.size,
             out.loss, out.accuracy);
  for (std::size_t k = 0; k < size; ++k) fmt::print("  d loss / d {:<10} {:.12g}\n", layout.names[k], gradient[k]);
  fmt::print("  angles ");
  for (double a : angles) fmt::print(" {:.4f}", a);
  fmt::print(" degrees\n");
  return 0;
}

}  // namespace

Action prepare_replay(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("EPISODE", o->file, "recorded episode (JSON)")->required();
  sub.add_option("--rule", o->rule, "rule file")->required();
  sub.add_option("--precision", o->precision, "double or single")
      ->check(CLI::IsMember({"double", "single"}))
      ->capture_default_str();
  sub.add_flag("--json", o->as_json, "print one JSON document with all values");
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
