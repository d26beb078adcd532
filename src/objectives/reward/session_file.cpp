#include "objectives/reward/session_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/document.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

constexpr int most_neurons = 2000;
constexpr int most_types = 10000;

class Reader : DocumentReader {
 public:
  using DocumentReader::DocumentReader;

  RecordedSession run(const json& document) {
    if (!document.is_object())
      fail_at("", "an object with network, weights, input_weights, reward and trials", document);
    RecordedSession out;
    out.name = name_in(document);
    Session& s = out.session;
    network(member(document, "", "network"), s);
    const int n = s.network.neurons;
    matrix(member(document, "", "weights"), "weights", n, n, s.weights);
    matrix(member(document, "", "input_weights"), "input_weights", n, s.network.inputs, s.input_weights);
    reward(member(document, "", "reward"), s);
    if (document.contains("rate")) s.rate = number(document["rate"], "rate");
    if (document.contains("clip") && !document["clip"].is_null()) {
      s.clip = number(document["clip"], "clip");
      if (!(s.clip > 0)) fail_at("clip", "a number above 0, or null", document["clip"]);
    }
    trials(member(document, "", "trials"), s, out.trials);
    out.rule = rule_in(document);
    if (document.contains("lasting_states")) {
      const json& lasting = document["lasting_states"];
      if (!lasting.is_array()) fail_at("lasting_states", "a list of names", lasting);
      for (std::size_t k = 0; k < lasting.size(); ++k) {
        if (!lasting[k].is_string()) fail_at(fmt::format("lasting_states[{}]", k), "a name", lasting[k]);
        out.lasting_states.push_back(lasting[k].get<std::string>());
      }
    }
    out.parameters = parameters_in(document);
    return out;
  }

 private:
  int count(const json& object, const std::string& at, const std::string& key, int most) const {
    const json& value = member(object, at, key);
    if (!value.is_number_integer() || value < 1 || value > most)
      fail_at(at + "." + key, fmt::format("a whole number from 1 to {}", most), value);
    return value.get<int>();
  }

  void network(const json& value, Session& s) const {
    s.network.neurons = count(value, "network", "cells", most_neurons);
    s.network.inputs = count(value, "network", "inputs", most_neurons);
    const json& activation = member(value, "network", "activation");
    if (activation != "tanh") fail_at("network.activation", "\"tanh\"", activation);
    const json& alpha = member(value, "network", "alpha");
    s.network.alpha = number(alpha, "network.alpha");
    if (!(s.network.alpha > 0 && s.network.alpha <= 1)) fail_at("network.alpha", "a number above 0, up to 1", alpha);
    row(member(value, "network", "readout"), "network.readout", s.network.neurons, s.readout);
  }

  void reward(const json& value, Session& s) const {
    const json& error = member(value, "reward", "error");
    const std::vector<std::string> known = trial_errors();
    const auto at = std::find(known.begin(), known.end(), error.is_string() ? error.get<std::string>() : "");
    if (at == known.end()) fail_at("reward.error", fmt::format("one of {}", fmt::join(known, ", ")), error);
    s.error = static_cast<TrialError>(at - known.begin());
    s.response_steps = count(value, "reward", "response_steps", 1000000);
    const json& keep = member(value, "reward", "average_keep");
    s.average_keep = number(keep, "reward.average_keep");
    if (s.average_keep < 0 || s.average_keep > 1) fail_at("reward.average_keep", "a number from 0 to 1", keep);
  }

  void trials(const json& value, Session& s, std::vector<SessionTrial>& out) const {
    if (!value.is_array() || value.empty()) fail_at("trials", "a list of trials", value);
    for (std::size_t h = 0; h < value.size(); ++h) out.push_back(trial(value[h], fmt::format("trials[{}]", h), s));
    s.trials = static_cast<int>(out.size());
  }

  SessionTrial trial(const json& value, const std::string& at, Session& s) const {
    SessionTrial out;
    const json& type = member(value, at, "type");
    if (!type.is_number_integer() || type < 0 || type >= most_types)
      fail_at(at + ".type", fmt::format("a whole number from 0 to {}", most_types - 1), type);
    out.type = type.get<int>();
    s.types = std::max(s.types, out.type + 1);
    row(member(value, at, "start"), at + ".start", s.network.neurons, out.start);
    const json& target = member(value, at, "target");
    if (!target.is_array() || target.size() < static_cast<std::size_t>(s.response_steps))
      fail_at(at + ".target",
              fmt::format("a number for every step, and no fewer steps than the {} of the response", s.response_steps),
              target);
    const int steps = static_cast<int>(target.size());
    row(target, at + ".target", steps, out.target);
    matrix(member(value, at, "input"), at + ".input", steps, s.network.inputs, out.input);
    matrix(member(value, at, "perturbation"), at + ".perturbation", steps, s.network.neurons, out.perturbation);
    return out;
  }

  std::string rule_in(const json& document) const {
    if (!document.contains("rule")) return "";
    const json& rule = document["rule"];
    if (rule.is_string()) return rule.get<std::string>();
    if (!rule.is_array()) fail_at("rule", "a text, or a list of its lines", rule);
    std::string out;
    for (std::size_t k = 0; k < rule.size(); ++k) {
      if (!rule[k].is_string()) fail_at(fmt::format("rule[{}]", k), "a line of text", rule[k]);
      out += rule[k].get<std::string>() + "\n";
    }
    return out;
  }
};

json rows(const std::vector<double>& values, int columns) {
  json out = json::array();
  for (auto at = values.begin(); at != values.end(); at += columns)
    out.push_back(std::vector<double>(at, at + columns));
  return out;
}

}  // namespace

bool is_session(const json& document) { return document.is_object() && document.contains("trials"); }

RecordedSession session_in(const json& document, const std::string& path) { return Reader(path).run(document); }

std::string to_json(const RecordedSession& recorded) {
  const Session& s = recorded.session;
  const auto& [neurons, inputs, alpha] = s.network;
  json document = {
      {"name", recorded.name},
      {"network",
       {{"cells", neurons}, {"inputs", inputs}, {"activation", "tanh"}, {"alpha", alpha}, {"readout", s.readout}}},
      {"weights", rows(s.weights, neurons)},
      {"input_weights", rows(s.input_weights, inputs)},
      {"reward", {{"error", name(s.error)}, {"response_steps", s.response_steps}, {"average_keep", s.average_keep}}},
      {"rate", s.rate},
      {"clip", s.clip > 0 ? json(s.clip) : json()},
      {"trials", json::array()},
      {"rule", recorded.rule},
      {"lasting_states", recorded.lasting_states},
      {"parameters", json::object()}};
  for (const SessionTrial& t : recorded.trials)
    document["trials"].push_back({{"type", t.type},
                                  {"start", t.start},
                                  {"input", rows(t.input, inputs)},
                                  {"perturbation", rows(t.perturbation, neurons)},
                                  {"target", t.target}});
  for (const auto& [parameter, values] : recorded.parameters)
    document["parameters"][parameter] = values.size() == 1 ? json(values[0]) : json(values);
  return dump(document);
}

}  // namespace rule_search
