#include "objectives/few_shot/setting.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json.hpp"
#include "report/words.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

class Reading {
 public:
  Reading(const json& result, const std::string& path) : result_(result), path_(path) {}

  ResultSetting run() const {
    // Elsewhere its labels would be true ones, and every comparison with the fit false.
    const json::json_pointer permuted("/setting/permute_labels");
    if (result_.contains(permuted) && result_.at(permuted) == true)
      throw InputError(fmt::format(
          "{}: its search had permuted labels, so its rule stands for nothing\n  hint: give the result of a search "
          "without --permute-labels",
          path_));
    if (const Words words = words_of(result_); !words.tasks)
      throw InputError(fmt::format(
          "{}: is of a search {}, whose rule has learnt no task that could be carried over\n  hint: give the "
          "result of a search on tasks",
          path_, words.goal ? "for a goal" : "on recordings"));
    ResultSetting s;
    s.feedback = *feedback_named(at("/setting/feedback").get<std::string>());  // read_result looked at it
    const json& layers = list("/setting/layers");
    // As much as the options of a search allow.
    if (layers.size() < 2 || layers.size() > 64) fail("/setting/layers", "2 to 64 layer sizes", described(layers));
    for (const json& n : layers) s.network.layers.push_back(static_cast<int>(whole("/setting/layers", n, 20000)));
    s.network.beta = real("/setting/beta");
    if (!(s.network.beta > 0)) fail("/setting/beta", "a number above 0", described(at("/setting/beta")));
    s.task.ways = static_cast<int>(whole("/setting/ways", at("/setting/ways")));
    s.task.shots = static_cast<int>(whole("/setting/shots", at("/setting/shots")));
    s.task.queries = static_cast<int>(whole("/setting/queries", at("/setting/queries")));
    s.seed = at("/seed").get<std::uint64_t>();
    s.data_name = at("/data/name").get<std::string>();
    const json& hash = at("/data/hash");
    if (!hash.is_string()) fail("/data/hash", "a text", described(hash));
    s.data_hash = hash.get<std::string>();
    s.feedback_alignment_eta = real("/baselines/feedback_alignment/eta");
    s.backpropagation_eta = real("/baselines/backpropagation/eta");
    return s;
  }

 private:
  [[noreturn]] void fail(std::string at, const std::string& expected, const std::string& found) const {
    at.erase(0, 1);
    for (char& c : at) c = c == '/' ? '.' : c;
    throw InputError(
        fmt::format("{}: not the result of a search: {}: expected {}, found {}\n  hint: give the result.json "
                    "of a run's folder",
                    path_, at, expected, found));
  }

  const json& at(const std::string& pointer) const {
    const json::json_pointer p(pointer);
    if (!result_.contains(p)) fail(pointer, "this key", "nothing");
    return result_.at(p);
  }

  const json& list(const std::string& pointer) const {
    const json& value = at(pointer);
    if (!value.is_array()) fail(pointer, "a list", described(value));
    return value;
  }

  std::int64_t whole(const std::string& pointer, const json& value, int most = 100000) const {
    if (!value.is_number_integer() || value < 1 || value > most)
      fail(pointer, fmt::format("a whole number from 1 to {}", most), described(value));
    return value.get<std::int64_t>();
  }

  double real(const std::string& pointer) const {
    const json& value = at(pointer);
    if (!value.is_number()) fail(pointer, "a number", described(value));
    return value.get<double>();
  }

  const json& result_;
  const std::string& path_;
};

}  // namespace

ResultSetting read_setting(const json& result, const std::string& path) { return Reading(result, path).run(); }

}  // namespace rule_search
