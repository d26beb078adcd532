// A result.json may come from anywhere: everything that is read of it later is looked at here first.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "report/record.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

class Validator {
 public:
  explicit Validator(const std::string& path) : path_(path) {}

  void run(const json& r) const {
    if (!r.is_object()) fail("", "an object", r);
    const json& schema = member(r, "", "schema");
    if (schema != 1)
      throw InputError(
          fmt::format("{}: schema: expected 1, found {}\n  hint: another version of rule-search wrote it; "
                      "read it with that, or search again",
                      path_, described(schema)));
    for (const char* key : {"rule", "citation", "rule_text"}) text(r, "", key);
    const json& latex = member(r, "", "latex");
    for (const char* key : {"matrix", "synapse"}) text(latex, "latex", key);
    const json& terms = member(r, "", "terms");
    if (!terms.is_array()) fail("terms", "a list of terms", terms);
    for (std::size_t k = 0; k < terms.size(); ++k) term(terms[k], fmt::format("terms[{}]", k));
    memory(r);
    score(member(r, "", "held_out"), "held_out");
    count(r["held_out"], "held_out", "episodes");
    const bool tasks = objective(r) == "task";
    const json& baselines = member(r, "", "baselines");
    if (!baselines.is_object()) fail("baselines", "an object", baselines);
    for (const BaselineKind& kind : baseline_kinds()) {
      // Results of earlier versions hold these two alone.
      const bool always = tasks && (kind.name == "feedback_alignment" || kind.name == "backpropagation");
      if (!always && baselines.is_object() && !baselines.contains(kind.name)) continue;
      score(member(baselines, "baselines", kind.name), "baselines." + kind.name, kind.has_rule());
    }
    for (const auto& [key, value] : baselines.items()) {
      if (value.contains("angles")) angles(value["angles"], "baselines." + key + ".angles");
    }
    pictured(r);
    const json& setting = member(r, "", "setting");
    if (tasks) {
      const json& feedback = member(setting, "setting", "feedback");
      if (!feedback.is_string() || !feedback_named(feedback.get<std::string>()))
        fail("setting.feedback", "\"fixed\", \"symmetric\", \"direct\" or \"sign\"", feedback);
      for (const char* key : {"ways", "shots"}) count(setting, "setting", key);
    }
    const json& data = member(r, "", "data");
    for (const char* key : {"name", "split"}) text(data, "data", key);
    const json& seed = member(r, "", "seed");
    if (!seed.is_number_unsigned()) fail("seed", "a whole number from 0", seed);
  }

 private:
  // Results of earlier versions don't tell; they are of tasks.
  std::string objective(const json& r) const {
    if (!r.contains("objective")) return "task";
    const json& name = member(r["objective"], "objective", "name");
    if (name != "task" && name != "trajectory" && name != "function")
      fail("objective.name", "\"task\", \"trajectory\" or \"function\"", name);
    return name.get<std::string>();
  }

  void memory(const json& r) const {
    if (r.contains("states")) {
      if (!r["states"].is_object()) fail("states", "an object", r["states"]);
      for (const auto& [name, state] : r["states"].items()) {
        for (const char* key : {"latex_name", "latex", "latex_synapse_name", "latex_synapse"})
          text(state, "states." + name, key);
      }
    }
    if (!r.contains("time_constants")) return;
    list(r["time_constants"], "time_constants");
    for (std::size_t k = 0; k < r["time_constants"].size(); ++k) {
      const json& c = r["time_constants"][k];
      const std::string at = fmt::format("time_constants[{}]", k);
      for (const char* key : {"parameter", "latex"}) text(c, at, key);
      interval(c, at, "interval", sizes(c, at, "value"));
    }
  }

  // A number, or a list of them; how many in a list, or 0.
  std::size_t sizes(const json& object, const std::string& at, const std::string& key) const {
    const json& value = member(object, at, key);
    const bool list = value.is_array() && !value.empty() &&
                      std::all_of(value.begin(), value.end(), [](const json& x) { return x.is_number(); });
    if (!value.is_number() && !list) fail(at + "." + key, "a number, or a list with one a connection", value);
    return list ? value.size() : 0;
  }

  // What an older result may lack; what stands there must be right.
  void pictured(const json& r) const {
    for (const char* key : {"front", "path"}) {
      if (!r.contains(key)) continue;
      list(r[key], key);
      for (std::size_t k = 0; k < r[key].size(); ++k) {
        const std::string at = fmt::format("{}[{}]", key, k);
        const json& row = r[key][k];
        score(row, at);
        list(member(row, at, "parameters"), at + ".parameters");
        if (std::string(key) == "path") continue;
        count(row, at, "complexity");
        for (const char* t : {"locality", "formula", "rule_text"}) text(row, at, t);
      }
    }
    evidence(r);
    if (r.contains("angles")) angles(r["angles"], "angles");
    if (!r.contains("curves")) return;
    const json& rules = member(r["curves"], "curves", "rules");
    if (!rules.is_object()) fail("curves.rules", "an object", rules);
    for (const auto& [key, value] : rules.items()) {
      const std::string at = "curves.rules." + key;
      list(member(value, at, "points"), at + ".points");
      for (std::size_t k = 0; k < value["points"].size(); ++k)
        score(value["points"][k], fmt::format("{}.points[{}]", at, k));
    }
  }

  void flag(const json& object, const std::string& at, const std::string& key) const {
    const json& value = member(object, at, key);
    if (!value.is_boolean()) fail(at.empty() ? key : at + "." + key, "true or false", value);
  }

  void evidence(const json& r) const {
    if (r.contains("found_anything")) {
      flag(r, "", "found_anything");
      for (const char* key : {"loss", "accuracy"}) number(member(r, "", "chance"), "chance", key);
    }
    const json& terms = r["terms"];
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const std::string at = fmt::format("terms[{}]", k);
      const json& coefficient = terms[k]["coefficient"];
      if (!terms[k].contains("bootstrap_interval")) continue;
      interval(terms[k], at, "bootstrap_interval", coefficient.is_array() ? coefficient.size() : 0);
      const json& agrees = member(terms[k], at, "intervals_agree");
      const bool list = coefficient.is_array() && agrees.is_array() && agrees.size() == coefficient.size() &&
                        std::all_of(agrees.begin(), agrees.end(), [](const json& x) { return x.is_boolean(); });
      // A list of one stands as the one itself.
      if (!agrees.is_boolean() && !list) fail(at + ".intervals_agree", "true or false, one a coefficient", agrees);
    }
    if (r.contains("setting") && r["setting"].is_object() && r["setting"].contains("permute_labels"))
      flag(r["setting"], "setting", "permute_labels");
    if (!r.contains("indistinguishable")) return;
    const json& pairs = member(r["indistinguishable"], "indistinguishable", "pairs");
    list(pairs, "indistinguishable.pairs");
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const std::string at = fmt::format("indistinguishable.pairs[{}]", k);
      for (const char* key : {"parameter", "other"}) text(pairs[k], at, key);
      number(pairs[k], at, "correlation");
    }
  }

  void list(const json& value, const std::string& at) const {
    if (!value.is_array()) fail(at, "a list", value);
  }

  void angles(const json& value, const std::string& at) const {
    list(value, at);
    for (std::size_t k = 0; k < value.size(); ++k) {
      const std::string here = fmt::format("{}[{}]", at, k);
      const json& mean = member(value[k], here, "mean");
      if (!mean.is_number() && !mean.is_null()) fail(here + ".mean", "a number", mean);
      interval(value[k], here, "interval", 0);
    }
  }

  [[noreturn]] void fail(const std::string& at, const std::string& expected, const json& found) const {
    fail_with(at, expected, described(found));
  }
  [[noreturn]] void fail_with(const std::string& at, const std::string& expected, const std::string& found) const {
    throw InputError(
        fmt::format("{}: not the result of a search: {}{}expected {}, found {}\n  hint: give the result.json "
                    "of a run's folder",
                    path_, at, at.empty() ? "" : ": ", expected, found));
  }

  const json& member(const json& object, const std::string& at, const std::string& key) const {
    if (!object.is_object()) fail(at, "an object", object);
    if (!object.contains(key)) fail_with(at.empty() ? key : at + "." + key, "this key", "nothing");
    return object[key];
  }

  void text(const json& object, const std::string& at, const std::string& key) const {
    const json& value = member(object, at, key);
    if (!value.is_string()) fail(at.empty() ? key : at + "." + key, "a text", value);
  }

  void number(const json& object, const std::string& at, const std::string& key) const {
    const json& value = member(object, at, key);
    if (!value.is_number()) fail(at + "." + key, "a number", value);
  }

  void count(const json& object, const std::string& at, const std::string& key) const {
    const json& value = member(object, at, key);
    if (!value.is_number_integer() || value < 1 || value > 1000000000)
      fail(at + "." + key, "a whole number from 1", value);
  }

  // [low, high], of numbers or of lists of `size` numbers; null where an end is not known.
  void interval(const json& object, const std::string& at, const std::string& key, std::size_t size) const {
    const json& value = member(object, at, key);
    const auto end = [&](const json& x) { return x.is_number() || x.is_null(); };
    const auto good = [&](const json& x) {
      return size == 0 ? end(x) : x.is_array() && x.size() == size && std::all_of(x.begin(), x.end(), end);
    };
    if (!value.is_array() || value.size() != 2) fail(at + "." + key, "a list of two ends", value);
    for (std::size_t k = 0; k < 2; ++k) {
      if (!good(value[k]))
        fail(fmt::format("{}.{}[{}]", at, key, k), size == 0 ? "a number" : fmt::format("a list of {} numbers", size),
             value[k]);
    }
  }

  void term(const json& t, const std::string& at) const {
    text(t, at, "latex");
    interval(t, at, "interval", sizes(t, at, "coefficient"));
    const json& locality = member(t, at, "locality");
    if (locality != "local" && locality != "cell" && locality != "layer")
      fail(at + ".locality", "\"local\", \"cell\" or \"layer\"", locality);
    number(t, at, "removal_cost");
    interval(t, at, "removal_cost_interval", 0);
  }

  void score(const json& s, const std::string& at, bool has_loss = true) const {
    for (const std::string key : {"loss", "accuracy"}) {
      if (!has_loss && key == "loss") {
        if (const json& loss = member(s, at, key); !loss.is_null()) fail(at + ".loss", "null", loss);
      } else {
        number(s, at, key);
      }
      interval(s, at, key + "_interval", 0);
    }
  }

  const std::string& path_;
};

}  // namespace

json read_result(const std::string& path) {
  json document = read_document(path, "the result.json of a search", {64, 16});
  Validator(path).run(document);
  return document;
}

}  // namespace rule_search
