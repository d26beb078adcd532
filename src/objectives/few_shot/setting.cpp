#include "objectives/few_shot/setting.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "objectives/few_shot/network_options.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

class Reading {
 public:
  Reading(const Result& result, const std::string& path) : result_(result), path_(path) {}

  ResultSetting run() const {
    // Elsewhere its labels would be true ones, and every comparison with the fit false.
    if (result_.words.labels_permuted)
      throw InputError(
          fmt::format("{}: its search had permuted labels, so its rule stands for nothing\n  hint: give the result of "
                      "a search without "
                      "‹permute-labels›",
                      path_));
    if (result_.objective.name != "few-shot")
      throw InputError(fmt::format(
          "{}: is of a search on {}, whose rule has learnt no task that could be carried over\n  hint: give the "
          "result of a search on few-shot tasks",
          path_, result_.objective.name));
    ResultSetting s;
    const json& feedback = at("feedback");
    const auto kind = feedback_named(feedback.is_string() ? feedback.get<std::string>() : "");
    if (!kind) fail("setting.feedback", feedback_names("\""), described(feedback));
    s.feedback = *kind;
    const json& layers = at("layers");
    if (!layers.is_array()) fail("setting.layers", "a list", described(layers));
    // As much as the options of a search allow.
    if (layers.size() < 2 || layers.size() > 64) fail("setting.layers", "2 to 64 layer sizes", described(layers));
    for (const json& n : layers) s.network.layers.push_back(static_cast<int>(whole("layers", n, 20000)));
    s.network.beta = real("beta");
    if (!(s.network.beta > 0)) fail("setting.beta", "a number above 0", described(at("beta")));
    try {
      read_network_details(result_.setting, s.network);
    } catch (const FieldMistake& m) {
      fail(m.at, m.expected, m.found);
    }
    s.task.ways = static_cast<int>(whole("ways", at("ways")));
    s.task.shots = static_cast<int>(whole("shots", at("shots")));
    s.task.queries = static_cast<int>(whole("queries", at("queries")));
    if (result_.setting.contains("stream")) s.task.stream = static_cast<int>(whole("stream", at("stream"), 10000000));
    s.seed = result_.seed;
    s.data_name = result_.data.name;
    s.data_hash = result_.data.hash;
    if (s.data_hash.empty()) fail("data.hash", "this key", "nothing");
    s.feedback_alignment_eta = eta("feedback_alignment");
    s.backpropagation_eta = eta("backpropagation");
    return s;
  }

 private:
  [[noreturn]] void fail(const std::string& at, const std::string& expected, const std::string& found) const {
    throw InputError(
        fmt::format("{}: not the result of a search: {}: expected {}, found {}\n  hint: give the result.json of "
                    "a run's folder",
                    path_, at, expected, found));
  }

  const json& at(const std::string& key) const {
    if (!result_.setting.is_object()) fail("setting", "an object", described(result_.setting));
    if (!result_.setting.contains(key)) fail("setting." + key, "this key", "nothing");
    return result_.setting.at(key);
  }

  std::int64_t whole(const std::string& key, const json& value, int most = 100000) const {
    if (!value.is_number_integer() || value < 1 || value > most)
      fail("setting." + key, fmt::format("a whole number from 1 to {}", most), described(value));
    return value.get<std::int64_t>();
  }

  double real(const std::string& key) const {
    const json& value = at(key);
    if (!value.is_number()) fail("setting." + key, "a number", described(value));
    return value.get<double>();
  }

  double eta(const std::string& baseline) const {
    const auto row = result_.baselines.find(baseline);
    const std::string place = "baselines." + baseline;
    if (row == result_.baselines.end()) fail(place, "this key", "nothing");
    const json& details = row->second.details;
    if (!details.contains("eta")) fail(place + ".eta", "this key", "nothing");
    if (!details["eta"].is_number()) fail(place + ".eta", "a number", described(details["eta"]));
    return details["eta"].get<double>();
  }

  const Result& result_;
  const std::string& path_;
};

}  // namespace

ResultSetting read_setting(const Result& result, const std::string& path) { return Reading(result, path).run(); }

}  // namespace rule_search
