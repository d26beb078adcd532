#include "objectives/decoding/session_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/document.hpp"
#include "base/json.hpp"
#include "objectives/decoding/two_trace.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

constexpr int most_neurons = 20000;
constexpr int most_layers = 1000;

class Reader : DocumentReader {
 public:
  using DocumentReader::DocumentReader;

  RecordedDecoding run(const json& document) {
    RecordedDecoding out;
    out.name = name_in(document);
    SpikingShape& shape = out.session.network;
    layers(member(document, "", "layers"), shape);
    const json& constants = member(document, "", "constants");
    constants_of(constants, shape);
    const json& feedback = member(document, "", "feedback");
    const std::string by = feedback.is_string() ? feedback.get<std::string>() : "";
    const std::optional<Feedback> known = feedback_named(by);
    if (!known || !carries_errors_of_spikes(*known)) fail_at("feedback", "\"symmetric\" or \"fixed\"", feedback);
    shape.feedback = *known;
    weights(document, out.session);
    stream(document, shape, out.session.stream);
    out.rule = rule_in(document, constants, shape.dt);
    out.parameters = parameters_in(document);
    return out;
  }

 private:
  double constant(const json& constants, const char* key, double least, double most) const {
    const std::string at = std::string("constants.") + key;
    const json& value = member(constants, "constants", key);
    const double x = number(value, at);
    if (x < least || x > most) fail_at(at, fmt::format("a number from {:g} to {:g}", least, most), value);
    return x;
  }

  void layers(const json& value, SpikingShape& shape) const {
    if (!value.is_array() || value.size() < 3 || value.size() > most_layers)
      fail_at("layers",
              fmt::format("neurons of the input, of 1 to {} hidden layers and of the output", most_layers - 2), value);
    for (std::size_t l = 0; l < value.size(); ++l) {
      const json& n = value[l];
      if (!n.is_number_integer() || n < 1 || n > most_neurons)
        fail_at(fmt::format("layers[{}]", l), fmt::format("a whole number from 1 to {}", most_neurons), n);
      shape.layers.push_back(n.get<int>());
    }
  }

  void constants_of(const json& constants, SpikingShape& s) const {
    constexpr double most = 1e6;
    s.dt = constant(constants, "dt", 1e-6, most);
    s.tau_membrane = constant(constants, "tau_membrane", 1e-6, most);
    s.tau_output = constant(constants, "tau_output", 1e-6, most);
    s.threshold = constant(constants, "threshold", 1e-6, most);
    s.gate_slope = constant(constants, "gate_slope", 0, most);
    s.tangent_slope = constant(constants, "tangent_slope", 0, most);
    s.row_bound = constant(constants, "row_bound", 0, most);
    const json& every = member(constants, "constants", "slow_every");
    if (!every.is_number_integer() || every < 1 || every > 1000000000)
      fail_at("constants.slow_every", "a whole number from 1 to 1000000000", every);
    s.clock = every.get<int>();
  }

  void weights(const json& document, DecodingSession& session) const {
    const SpikingShape& shape = session.network;
    const std::vector<Projection> connections = shape.connections();
    const json& given = member(document, "", "weights");
    if (!given.is_array() || given.size() != connections.size())
      fail_at("weights", fmt::format("{} matrices, of the connections {}", connections.size(), text(connections)),
              given);
    for (std::size_t c = 0; c < connections.size(); ++c) {
      session.weights.emplace_back();
      matrix(given[c], fmt::format("weights[{}]", c), shape.layers[static_cast<std::size_t>(connections[c].to)],
             shape.presynaptic(connections[c]), session.weights.back());
    }
    if (shape.feedback != Feedback::fixed) return;
    const json& back = member(document, "", "feedback_weights");
    if (!back.is_array() || back.size() + 2 != connections.size())
      fail_at("feedback_weights",
              fmt::format("{} matrices, of the connections between hidden layers and to the output",
                          connections.size() - 2),
              back);
    for (std::size_t c = 2; c < connections.size(); ++c) {
      session.feedback_weights.emplace_back();
      matrix(back[c - 2], fmt::format("feedback_weights[{}]", c - 2),
             shape.layers[static_cast<std::size_t>(connections[c].to)],
             shape.layers[static_cast<std::size_t>(connections[c].from)], session.feedback_weights.back());
    }
  }

  void stream(const json& document, const SpikingShape& shape, DecodingStream& out) const {
    const json& x = member(document, "", "x");
    if (!x.is_array() || x.empty()) fail_at("x", "a row of counts for every step", x);
    const int steps = static_cast<int>(x.size());
    matrix(x, "x", steps, shape.layers.front(), out.counts);
    matrix(member(document, "", "target"), "target", steps, shape.layers.back(), out.target);
    std::vector<double> learn;
    row(member(document, "", "learn"), "learn", steps, learn);
    for (std::size_t k = 0; k < learn.size(); ++k) {
      if (learn[k] != 0 && learn[k] != 1) fail_at(fmt::format("learn[{}]", k), "0 or 1", document["learn"][k]);
      out.learn.push_back(learn[k] != 0);
    }
  }

  std::string rule_in(const json& document, const json& constants, double dt) const {
    if (document.contains("rule")) {
      const json& rule = document["rule"];
      if (!rule.is_string()) fail_at("rule", "a text", rule);
      return rule.get<std::string>();
    }
    return two_trace_text({dt, constant(constants, "rms_keep_error", 0, 1), constant(constants, "rms_keep_pre", 0, 1),
                           constant(constants, "momentum", 0, 1), constant(constants, "epsilon", 0, 1)});
  }
};

}  // namespace

json json_rows(const std::vector<double>& values, int columns) {
  json out = json::array();
  for (auto at = values.begin(); at != values.end(); at += columns)
    out.push_back(std::vector<double>(at, at + columns));
  return out;
}

bool is_decoding_session(const json& document) {
  return document.is_object() && document.contains("learn") && document.contains("constants");
}

RecordedDecoding decoding_session_in(const json& document, const std::string& path) {
  return Reader(path).run(document);
}

std::string to_json(const RecordedDecoding& recorded) {
  const SpikingShape& s = recorded.session.network;
  const DecodingStream& stream = recorded.session.stream;
  json document = {{"name", recorded.name},
                   {"layers", s.layers},
                   {"feedback", name(s.feedback)},
                   {"constants",
                    {{"dt", s.dt},
                     {"tau_membrane", s.tau_membrane},
                     {"tau_output", s.tau_output},
                     {"threshold", s.threshold},
                     {"gate_slope", s.gate_slope},
                     {"tangent_slope", s.tangent_slope},
                     {"row_bound", s.row_bound},
                     {"slow_every", s.clock}}},
                   {"weights", json::array()},
                   {"feedback_weights", json::array()},
                   {"x", json_rows(stream.counts, s.layers.front())},
                   {"target", json_rows(stream.target, s.layers.back())},
                   {"learn", json::array()},
                   {"rule", recorded.rule},
                   {"parameters", json::object()}};
  const std::vector<Projection> connections = s.connections();
  for (std::size_t c = 0; c < connections.size(); ++c) {
    document["weights"].push_back(json_rows(recorded.session.weights[c], s.presynaptic(connections[c])));
    if (c >= 2 && s.feedback == Feedback::fixed)
      document["feedback_weights"].push_back(
          json_rows(recorded.session.feedback_weights[c - 2], s.layers[static_cast<std::size_t>(connections[c].from)]));
  }
  for (const char learns : stream.learn) document["learn"].push_back(static_cast<int>(learns));
  for (const auto& [parameter, values] : recorded.parameters)
    document["parameters"][parameter] = values.size() == 1 ? json(values[0]) : json(values);
  return dump(document);
}

}  // namespace rule_search
