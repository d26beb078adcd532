#include "objectives/few_shot/episode_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

constexpr DocumentLimits limits = {1024, 16};

class Reader {
 public:
  explicit Reader(std::string path) : path_(std::move(path)) {}

  Recording run() {
    const json document = read_document(path_, "a recorded episode (JSON)", limits);
    if (!document.is_object())
      fail_at("", "an object with network, feedback, weights, train, query and parameters", document);
    Recording out;
    if (document.contains("name")) {
      if (!document["name"].is_string()) fail_at("name", "a text", document["name"]);
      out.name = document["name"].get<std::string>();
    }
    Episode& e = out.episode;
    network(member(document, "", "network"), e.network);
    const json& feedback = member(document, "", "feedback");
    const auto kind = feedback.is_string() ? feedback_named(feedback.get<std::string>()) : std::nullopt;
    if (!kind) fail_at("feedback", feedback_names("\""), feedback);
    e.feedback = *kind;
    const std::vector<int>& n = e.network.layers;
    const auto forward_rows = [&](std::size_t l) { return n[l + 1]; };
    matrices(member(document, "", "weights"), "weights", e.weights, n, forward_rows);
    if (rule_search::kind(e.feedback).shape != FeedbackShape::none) {
      matrices(member(document, "", "feedback_weights"), "feedback_weights", e.feedback_weights, n,
               [&](std::size_t l) { return feedback_rows(e.feedback, e.network, static_cast<int>(l)); });
    }
    samples(member(document, "", "train"), "train", n, e.train);
    samples(member(document, "", "query"), "query", n, e.query);
    if (e.query.size == 0) fail("query.x", "at least one query", "none");
    const json& parameters = document.contains("parameters") ? document["parameters"] : json::object();
    if (!parameters.is_object()) fail_at("parameters", "an object of numbers by name", parameters);
    for (const auto& [name, value] : parameters.items()) {
      const std::string at = "parameters." + name;
      std::vector<double> values;
      if (value.is_array()) {
        for (std::size_t k = 0; k < value.size(); ++k) values.push_back(number(value[k], fmt::format("{}[{}]", at, k)));
      } else {
        values.push_back(number(value, at));
      }
      if (values.empty()) fail(at, "a number", "an empty list");
      out.parameters.emplace_back(name, std::move(values));
    }
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& at, const std::string& expected, const std::string& found) const {
    throw InputError(fmt::format("{}{}{}: expected {}, found {}", path_, at.empty() ? "" : ": ", at, expected, found));
  }
  [[noreturn]] void fail_at(const std::string& at, const std::string& expected, const json& found) const {
    fail(at, expected, described(found));
  }

  const json& member(const json& object, const std::string& at, const std::string& key) const {
    const std::string place = at.empty() ? key : at + "." + key;
    if (!object.is_object()) fail_at(at, "an object", object);
    if (!object.contains(key)) fail(place, "this key", "nothing");
    return object[key];
  }

  double number(const json& value, const std::string& at) const {
    if (!value.is_number()) fail_at(at, "a number", value);
    const double x = value.get<double>();
    if (!std::isfinite(x)) fail_at(at, "a finite number", value);
    return x;
  }

  void network(const json& value, Network& out) const {
    const json& layers = member(value, "network", "layers");
    if (!layers.is_array() || layers.size() < 2 || layers.size() > 64)
      fail_at("network.layers", "2 to 64 layer sizes", layers);
    for (std::size_t k = 0; k < layers.size(); ++k) {
      const std::string at = fmt::format("network.layers[{}]", k);
      if (!layers[k].is_number_integer() || layers[k] < 1 || layers[k] > 20000)
        fail_at(at, "a number of neurons from 1 to 20000", layers[k]);
      out.layers.push_back(layers[k].get<int>());
    }
    const json& activation = member(value, "network", "activation");
    if (activation != "softplus") fail_at("network.activation", "\"softplus\"", activation);
    out.beta = number(member(value, "network", "beta"), "network.beta");
    if (!(out.beta > 0)) fail_at("network.beta", "a number above 0", value["beta"]);
  }

  void row(const json& value, const std::string& at, int size, std::vector<double>& out) const {
    if (!value.is_array() || value.size() != static_cast<std::size_t>(size))
      fail_at(at, fmt::format("a list of {} numbers", size), value);
    for (std::size_t k = 0; k < value.size(); ++k) {
      if (!value[k].is_number() || !std::isfinite(value[k].get<double>()))
        number(value[k], fmt::format("{}[{}]", at, k));
      out.push_back(value[k].get<double>());
    }
  }

  void matrices(const json& value, const std::string& at, std::vector<std::vector<double>>& out,
                const std::vector<int>& n, const std::function<int(std::size_t)>& rows_of) const {
    if (!value.is_array() || value.size() != n.size() - 1)
      fail_at(at, fmt::format("a list of {} matrices, one a connection", n.size() - 1), value);
    for (std::size_t l = 0; l < value.size(); ++l) {
      const std::string place = fmt::format("{}[{}]", at, l);
      const int rows = rows_of(l);
      if (!value[l].is_array() || value[l].size() != static_cast<std::size_t>(rows))
        fail_at(place, fmt::format("{} rows of {} numbers", rows, n[l]), value[l]);
      out.emplace_back();
      for (std::size_t i = 0; i < value[l].size(); ++i)
        row(value[l][i], fmt::format("{}[{}]", place, i), n[l], out.back());
    }
  }

  void samples(const json& value, const std::string& at, const std::vector<int>& n, Samples& out) const {
    const json& x = member(value, at, "x");
    const json& label = member(value, at, "label");
    if (!x.is_array()) fail_at(at + ".x", "a list of samples", x);
    if (!label.is_array() || label.size() != x.size())
      fail_at(at + ".label", fmt::format("{} labels, one a sample", x.size()), label);
    out.size = static_cast<int>(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      row(x[k], fmt::format("{}.x[{}]", at, k), n.front(), out.x);
      const json& l = label[k];
      if (!l.is_number_integer() || l < 0 || l >= n.back())
        fail_at(fmt::format("{}.label[{}]", at, k), fmt::format("a class from 0 to {}", n.back() - 1), l);
      out.label.push_back(l.get<int>());
    }
  }

  std::string path_;
};

}  // namespace

std::string to_json(const Recording& recording) {
  const Episode& e = recording.episode;
  const std::vector<int>& n = e.network.layers;
  const auto rows = [](const std::vector<double>& matrix, int columns) {
    json out = json::array();
    for (auto at = matrix.begin(); at != matrix.end(); at += columns)
      out.push_back(std::vector<double>(at, at + columns));
    return out;
  };
  json document = {{"name", recording.name},
                   {"network", {{"layers", n}, {"activation", "softplus"}, {"beta", e.network.beta}}},
                   {"feedback", name(e.feedback)},
                   {"train", {{"x", rows(e.train.x, n[0])}, {"label", e.train.label}}},
                   {"query", {{"x", rows(e.query.x, n[0])}, {"label", e.query.label}}},
                   {"parameters", json::object()}};
  for (std::size_t l = 0; l < e.weights.size(); ++l) document["weights"].push_back(rows(e.weights[l], n[l]));
  for (std::size_t l = 0; l < e.feedback_weights.size(); ++l)
    document["feedback_weights"].push_back(rows(e.feedback_weights[l], n[l]));
  for (const auto& [parameter, values] : recording.parameters)
    document["parameters"][parameter] = values.size() == 1 ? json(values[0]) : json(values);
  return dump(document);
}

Recording read_recording(const std::string& path) { return Reader(path).run(); }

}  // namespace rule_search
