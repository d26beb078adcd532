#include "objectives/few_shot/network_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/text.hpp"
#include "objectives/hidden_option.hpp"

namespace rule_search {

template <>
struct Names<TargetPropagation::Top> {
  static const std::vector<std::string>& names() {
    static const std::vector<std::string> all = {"net", "symmetric"};
    return all;
  }
};

template <>
struct Names<TargetPropagation::Readers> {
  static const std::vector<std::string>& names() {
    static const std::vector<std::string> all = {"mean", "sum"};
    return all;
  }
};

template <class F>
void fields(F& f, TargetPropagation& dtp) {
  f("rate", dtp.rate, "of a step of the feedback weights");
  f("decay", dtp.decay, "of the feedback weights, a share of the rate");
  f("sigma", dtp.noise, "standard deviation of the disturbance");
  f("floor", dtp.floor, "below it, in squares of the noise, an answer teaches little");
  f("top", dtp.top, "what sends errors back from the output");
  f("readers", dtp.readers, "how errors from several layers are put together");
  f("warm_up", dtp.warm_up, "images without labels before the stream");
}

namespace {

using nlohmann::json;

template <class E>
E named(const std::string& name) {
  const std::vector<std::string>& names = Names<E>::names();
  return static_cast<E>(std::find(names.begin(), names.end(), name) - names.begin());
}

// "0-5,1-5".
std::vector<Projection> projections_of(const std::string& list) {
  const auto refuse = [](const std::string& found) {
    throw InputError(
        fmt::format("‹connections›: expected pairs of layers with commas between them, as 0-5,1-5, found {}", found));
  };
  std::vector<Projection> out;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    const std::size_t begin = std::min(list.find_first_not_of(' ', from), comma);
    const std::string pair = list.substr(begin, comma - begin);
    const std::vector<int> ends = whole_numbers(pair, '-', 0, 1000, refuse);
    if (ends.size() != 2) refuse("\"" + pair + "\"");
    out.push_back({ends[0], ends[1]});
    from = comma + 1;
  }
  return out;
}

// Of the options that only one kind of feedback reads, the first that is not as it is without it; "" where none.
std::string changed_option(const NetworkOptions& o) {
  const NetworkOptions standard;
  if (o.dtp.rate != standard.dtp.rate) return "dtp-rate";
  if (o.dtp.noise != standard.dtp.noise) return "dtp-noise";
  if (o.dtp.decay != standard.dtp.decay) return "dtp-decay";
  if (o.dtp_top != standard.dtp_top) return "dtp-top";
  if (o.dtp_readers != standard.dtp_readers) return "dtp-readers";
  if (o.dtp.warm_up != standard.dtp.warm_up) return "dtp-warmup";
  return "";
}

}  // namespace

std::vector<Option> NetworkOptions::network_rows() {
  std::string patterns;
  for (const SkipPattern& p : skip_patterns())
    patterns += fmt::format("{}{} ({})", patterns.empty() ? "" : ", ", p.name, p.meaning);
  return {choice_option("feedback", feedback, feedback_names(), "how errors travel back: " + feedback_names("")),
          hidden_option(hidden, "neurons of the hidden layers; none: the input leads to the output alone"),
          number_option("beta", beta, 1e-3, 1e3, "sharpness of the softplus"),
          choice_option("skip", skip, skip_names(), "connections besides the chain of layers: " + patterns),
          text_option("connections", connections,
                      "the same as pairs of layers, 0 the input: 0-5,1-5 leads from layers 0 and 1 to layer 5"),
          number_option("dtp-rate", dtp.rate, 0, 1, "dtp feedback: step of the feedback weights"),
          number_option("dtp-noise", dtp.noise, 1e-6, 1e3,
                        "dtp feedback: standard deviation of the disturbance that they learn from"),
          number_option("dtp-decay", dtp.decay, 0, 1, "dtp feedback: their decay, a share of the rate"),
          choice_option("dtp-top", dtp_top, {"symmetric", "net"},
                        "dtp feedback: the output sends errors back by the transposed weights (symmetric), or by "
                        "feedback weights that learn as all others (net)"),
          choice_option("dtp-readers", dtp_readers, {"mean", "sum"},
                        "dtp feedback: how a layer puts together what several layers send back"),
          whole_option("dtp-warmup", dtp.warm_up, 0, 1000000,
                       "dtp feedback: images without labels, of other classes, that feedback weights learn from "
                       "before the stream")};
}

Feedback NetworkOptions::feedback_kind() const { return *feedback_named(feedback); }

Network NetworkOptions::network(const Dataset& set) const {
  Network n;
  n.beta = beta;
  n.layers.push_back(set.rows * set.cols);
  n.layers.insert(n.layers.end(), hidden.begin(), hidden.end());
  n.layers.push_back(set.classes);
  const int layers = static_cast<int>(n.layers.size());
  if (!connections.empty()) {
    if (skip != "none")
      throw InputError("‹connections› and ‹skip› both say which layers are connected\n  hint: give one of them");
    n.skips = projections_of(connections);
    check_skips(n.skips, layers, "‹connections›");
  } else {
    n.skips = *skips_named(skip, layers);
  }
  if (feedback_kind() != Feedback::dtp) {
    if (const std::string option = changed_option(*this); !option.empty())
      throw InputError(fmt::format(
          "‹{}› is for feedback weights that learn, and ‹feedback› is {}\n  hint: ‹feedback› dtp, or leave it out",
          option, feedback));
    return n;
  }
  n.dtp = dtp;
  n.dtp.top = named<TargetPropagation::Top>(dtp_top);
  n.dtp.readers = named<TargetPropagation::Readers>(dtp_readers);
  return n;
}

void NetworkOptions::take(const Network& network, Feedback kind) {
  feedback = name(kind);
  hidden.assign(network.layers.begin() + 1, network.layers.end() - 1);
  beta = network.beta;
  skip = name_of_skips(network.skips, static_cast<int>(network.layers.size()));
  connections.clear();
  if (skip.empty()) {
    skip = "none";
    for (const Projection& p : network.skips) connections += (connections.empty() ? "" : ",") + text(p);
  }
  dtp = network.dtp;
  dtp_top = written(dtp.top).get<std::string>();
  dtp_readers = written(dtp.readers).get<std::string>();
}

json network_details(const Network& network, Feedback feedback) {
  json out = json::object();
  if (!network.skips.empty()) {
    const std::string name = name_of_skips(network.skips, static_cast<int>(network.layers.size()));
    if (!name.empty()) out["skip"] = name;
    out["connections"] = json::array();
    for (const Projection& c : network.graph().connections) out["connections"].push_back(text(c));
  }
  if (feedback == Feedback::dtp) out["dtp"] = written(network.dtp);
  return out;
}

void read_network_details(const json& setting, Network& network) {
  if (setting.contains("connections")) {
    std::vector<std::string> listed;
    FieldReader::read(setting["connections"], "setting.connections", listed);
    const int layers = static_cast<int>(network.layers.size());
    for (const std::string& one : listed) {
      const auto refuse = [&](const std::string&) {
        throw FieldMistake{"setting.connections", "pairs of layers, as \"0-5\"", "\"" + one + "\""};
      };
      const std::vector<int> ends = whole_numbers(one, '-', 0, layers - 1, refuse);
      if (ends.size() != 2 || ends[0] >= ends[1]) refuse(one);
      if (ends[1] - ends[0] > 1) network.skips.push_back({ends[0], ends[1]});
    }
    network.skips = [&] {
      std::vector<Projection> in_order;
      for (const Projection& c : Graph(layers, network.skips).connections) {
        if (c.to - c.from > 1) in_order.push_back(c);
      }
      return in_order;
    }();
  }
  if (!setting.contains("dtp")) return;
  TargetPropagation& dtp = network.dtp;
  FieldReader::read(setting["dtp"], "setting.dtp", dtp);
  // As much as the options allow.
  const auto within = [](const char* key, double value, double least, double most) {
    if (!(value >= least && value <= most))
      throw FieldMistake{std::string("setting.dtp.") + key, fmt::format("a number from {:g} to {:g}", least, most),
                         fmt::format("{:g}", value)};
  };
  within("rate", dtp.rate, 0, 1);
  within("decay", dtp.decay, 0, 1);
  within("sigma", dtp.noise, 1e-6, 1e3);
  within("floor", dtp.floor, 1e-9, 1e6);
  within("warm_up", dtp.warm_up, 0, 1e6);
}

std::string feedback_text(const Network& network, Feedback feedback) {
  if (feedback != Feedback::dtp) return fmt::format("{} feedback", name(feedback));
  const TargetPropagation& how = network.dtp;
  return fmt::format("dtp feedback (rate {:g}, decay {:g}, noise {:g}, top {}, {} over readers, warm-up {})", how.rate,
                     how.decay, how.noise, how.top == TargetPropagation::Top::net ? "net" : "symmetric",
                     how.readers == TargetPropagation::Readers::mean ? "mean" : "sum", how.warm_up);
}

}  // namespace rule_search
