#include "objectives/few_shot/episode_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/document.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "objectives/few_shot/decoy.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

class Reader : DocumentReader {
 public:
  using DocumentReader::DocumentReader;

  Recording run(const json& document) {
    if (!document.is_object())
      fail_at("", "an object with network, feedback, weights, train, query and parameters", document);
    Recording out;
    out.name = name_in(document);
    Episode& e = out.episode;
    network(member(document, "", "network"), e.network);
    const json& feedback = member(document, "", "feedback");
    const auto kind = feedback.is_string() ? feedback_named(feedback.get<std::string>()) : std::nullopt;
    if (!kind) fail_at("feedback", feedback_names("\""), feedback);
    e.feedback = *kind;
    const std::vector<int>& n = e.network.layers;
    const Graph graph = e.network.graph();
    std::vector<MatrixShape> forward;
    for (const Projection& c : graph.connections)
      forward.push_back({n[static_cast<std::size_t>(c.to)], n[static_cast<std::size_t>(c.from)]});
    matrices(member(document, "", "weights"), "weights", e.weights, forward, connections_of(e.network));
    const FeedbackKind& how = rule_search::kind(e.feedback);
    if (how.shape != FeedbackShape::none)
      matrices(member(document, "", "feedback_weights"), "feedback_weights", e.feedback_weights,
               feedback_shapes(e.feedback, e.network),
               how.shape == FeedbackShape::from_output ? "one a layer but the last" : connections_of(e.network));
    const json& train = member(document, "", "train");
    samples(train, "train", n, e.train);
    if (e.feedback == Feedback::dtp) {
      target_propagation(document, e.network.dtp);
      if (train.contains("noise")) noise(train["noise"], e);
    }
    samples(member(document, "", "query"), "query", n, e.query);
    if (e.query.size == 0) fail("query.x", "at least one query", "none");
    out.parameters = parameters_in(document);
    return out;
  }

 private:
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
    skips(value, out);
  }

  // `connections` lists all of them; `skip` is but a name for the list, and stands for it where it is missing.
  void skips(const json& value, Network& out) const {
    const int layers = static_cast<int>(out.layers.size());
    const bool listed = value.contains("connections");
    if (listed) connections(value["connections"], out);
    if (!value.contains("skip")) return;
    const json& skip = value["skip"];
    const auto named = skip.is_string() ? skips_named(skip.get<std::string>(), layers) : std::nullopt;
    if (!named) fail_at("network.skip", fmt::format("one of {}", fmt::join(skip_names(), ", ")), skip);
    if (listed && *named != out.skips)
      fail("network.skip", fmt::format("a name for {}", text(out.graph().connections)),
           fmt::format("{}, which is {}\n  hint: leave \"skip\" out, or \"connections\"", described(skip),
                       text(Graph(layers, *named).connections)));
    out.skips = *named;
  }

  void connections(const json& all, Network& out) const {
    const int last = static_cast<int>(out.layers.size()) - 1;
    if (!all.is_array()) fail_at("network.connections", "a list of pairs of layers", all);
    std::vector<Projection> listed;
    for (std::size_t k = 0; k < all.size(); ++k) {
      listed.push_back(pair_of_layers(all[k], fmt::format("network.connections[{}]", k), last));
      if (listed.back().to != listed.back().from + 1) out.skips.push_back(listed.back());
    }
    check_skips(out.skips, last + 1, path() + ": network.connections");
    check_order(listed, out.graph().connections);
  }

  Projection pair_of_layers(const json& value, const std::string& at, int last) const {
    const bool pair = value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
    if (!pair) fail_at(at, "a pair of layers, as [0, 1]", value);
    for (const json& layer : value) {
      if (!layer.is_number_integer() || layer < 0 || layer > last)
        fail(at, fmt::format("two layers from 0 (the input) to {} (the output)", last),
             fmt::format("[{}, {}]", described(value[0]), described(value[1])));
    }
    return {value[0].get<int>(), value[1].get<int>()};
  }

  // `all`: the chain with the skips that are listed.
  void check_order(const std::vector<Projection>& listed, const std::vector<Projection>& all) const {
    if (listed == all) return;
    const auto count = [&](const Projection& p) { return std::count(listed.begin(), listed.end(), p); };
    for (const Projection& p : all) {
      if (count(p) == 0)
        fail("network.connections", "every layer to lead to the next",
             fmt::format("none that is {}\n  hint: add [{}, {}], so that they are {}", text(p), p.from, p.to,
                         text(all)));
      if (count(p) > 1)
        throw InputError(fmt::format(
            "{}: network.connections: {} stands there twice\n  hint: name every connection once", path(), text(p)));
    }
    fail("network.connections", fmt::format("{}, ordered by where they lead, then by where they come from", text(all)),
         text(listed) + "\n  hint: what has one entry a connection is in this order too");
  }

  static std::string connections_of(const Network& network) {
    return fmt::format("one a connection{}",
                       network.skips.empty() ? "" : " (" + text(network.graph().connections) + ")");
  }

  void target_propagation(const json& document, TargetPropagation& out) const {
    if (!document.contains("dtp"))
      fail("dtp", "how feedback weights learn",
           "nothing\n  hint: as \"dtp\": {\"rate\": 0.3, \"decay\": 0.01, \"sigma\": 0.3, \"floor\": 0.001, \"top\": "
           "\"symmetric\", \"readers\": \"mean\"}");
    const json& dtp = document["dtp"];
    const auto read = [&](const char* key, double least, double most, double& to) {
      const std::string at = std::string("dtp.") + key;
      to = number(member(dtp, "dtp", key), at);
      if (to < least || to > most) fail_at(at, fmt::format("a number from {:g} to {:g}", least, most), dtp[key]);
    };
    read("rate", 0, 1, out.rate);
    read("decay", 0, 1, out.decay);
    // So that an answer of 0 to a disturbance is not divided by 0, in single precision neither.
    read("sigma", 1e-6, 1e3, out.noise);
    read("floor", 1e-9, 1e6, out.floor);
    const json& top = member(dtp, "dtp", "top");
    if (top != "net" && top != "symmetric") fail_at("dtp.top", "\"net\" or \"symmetric\"", top);
    out.top = top == "net" ? TargetPropagation::Top::net : TargetPropagation::Top::symmetric;
    out.readers = TargetPropagation::Readers::sum;
    if (!dtp.contains("readers")) return;
    const json& readers = dtp["readers"];
    if (readers != "mean" && readers != "sum") fail_at("dtp.readers", "\"mean\" or \"sum\"", readers);
    if (readers == "mean") out.readers = TargetPropagation::Readers::mean;
  }

  void noise(const json& value, Episode& e) const {
    const Graph graph = e.network.graph();
    const auto steps = static_cast<std::size_t>(e.train.size);
    if (!value.is_array() || value.size() != steps)
      fail_at("train.noise", fmt::format("{} steps, one a sample of the stream", steps), value);
    for (std::size_t t = 0; t < steps; ++t) {
      const std::string at = fmt::format("train.noise[{}]", t);
      if (!value[t].is_array() || value[t].size() != graph.connections.size())
        fail_at(at, fmt::format("{} lists, {}", graph.connections.size(), connections_of(e.network)), value[t]);
      e.noise.emplace_back(graph.connections.size());
      for (std::size_t c = 0; c < graph.connections.size(); ++c)
        row(value[t][c], fmt::format("{}[{}]", at, c),
            e.network.layers[static_cast<std::size_t>(graph.connections[c].from)], e.noise.back()[c]);
    }
  }

  void matrices(const json& value, const std::string& at, std::vector<std::vector<double>>& out,
                const std::vector<MatrixShape>& shapes, const std::string& which) const {
    if (!value.is_array() || value.size() != shapes.size())
      fail_at(at, fmt::format("a list of {} matrices, {}", shapes.size(), which), value);
    for (std::size_t k = 0; k < value.size(); ++k) {
      const std::string place = fmt::format("{}[{}]", at, k);
      const auto [rows, cols] = shapes[k];
      out.emplace_back();
      matrix(value[k], place, rows, cols, out.back());
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
  const Graph graph = e.network.graph();
  json document = {{"name", recording.name},
                   {"network", {{"layers", n}, {"activation", "softplus"}, {"beta", e.network.beta}}},
                   {"feedback", name(e.feedback)},
                   {"train", {{"x", rows(e.train.x, n[0])}, {"label", e.train.label}}},
                   {"query", {{"x", rows(e.query.x, n[0])}, {"label", e.query.label}}},
                   {"parameters", json::object()}};
  if (!e.network.skips.empty()) {
    json all = json::array();
    for (const Projection& c : graph.connections) all.push_back({c.from, c.to});
    document["network"]["connections"] = std::move(all);
  }
  for (std::size_t c = 0; c < e.weights.size(); ++c)
    document["weights"].push_back(rows(e.weights[c], n[static_cast<std::size_t>(graph.connections[c].from)]));
  const std::vector<MatrixShape> shapes = feedback_shapes(e.feedback, e.network);
  for (std::size_t k = 0; k < e.feedback_weights.size(); ++k)
    document["feedback_weights"].push_back(rows(e.feedback_weights[k], shapes[k].cols));
  if (e.feedback == Feedback::dtp) {
    const TargetPropagation& how = e.network.dtp;
    document["dtp"] = {{"rate", how.rate},
                       {"decay", how.decay},
                       {"sigma", how.noise},
                       {"floor", how.floor},
                       {"top", how.top == TargetPropagation::Top::net ? "net" : "symmetric"},
                       {"readers", how.readers == TargetPropagation::Readers::mean ? "mean" : "sum"}};
    const FeedbackNoise noise = noise_of(e);
    json all = json::array();
    for (int t = 0; t < e.train.size; ++t) {
      json step = json::array();
      for (int c = 0; c < static_cast<int>(graph.connections.size()); ++c) step.push_back(noise(t, c));
      all.push_back(std::move(step));
    }
    document["train"]["noise"] = std::move(all);
  }
  for (const auto& [parameter, values] : recording.parameters)
    document["parameters"][parameter] = values.size() == 1 ? json(values[0]) : json(values);
  return dump(document);
}

Recording read_recording(const std::string& path) {
  return recording_in(read_document(path, "a recorded episode (JSON)", recorded_limits), path);
}

Recording recording_in(const json& document, const std::string& path) { return Reader(path).run(document); }

}  // namespace rule_search
