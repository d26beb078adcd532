#include "report/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "report/hall_of_fame.hpp"

namespace rule_search {

using nlohmann::json;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

const json* member(const json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(key);
  return at == object.end() ? nullptr : &*at;
}

double number_or_unknown(const json& value) { return value.is_number() ? value.get<double>() : unknown; }

}  // namespace

double number_in(const json& object, const char* key) {
  const json* const value = member(object, key);
  return value == nullptr ? unknown : number_or_unknown(*value);
}

std::string text_in(const json& object, const char* key) {
  const json* const value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

json object_in(const json& object, const char* key) {
  const json* const value = member(object, key);
  return value != nullptr && value->is_object() ? *value : json::object();
}

json list_in(const json& object, const char* key) {
  const json* const value = member(object, key);
  return value != nullptr && value->is_array() ? *value : json::array();
}

Interval interval_in(const json& object, const char* key) {
  const json ends = list_in(object, key);
  if (ends.size() != 2) return {unknown, unknown};
  return {number_or_unknown(ends[0]), number_or_unknown(ends[1])};
}

std::string count_text(double count) { return std::isfinite(count) ? fmt::format("{:.0f}", count) : "some"; }

std::string plain(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == ' ') out += c;
  }
  return out.substr(0, 60);
}

std::vector<FrontRow> front_rows(const json& result) {
  std::vector<FrontRow> out;
  const json front = list_in(result, "front");
  const json path = list_in(result, "path");
  for (const json& r : front.empty() ? path : front) {
    FrontRow row;
    row.complexity = front.empty() ? static_cast<double>(list_in(r, "parameters").size()) : number_in(r, "complexity");
    row.loss = number_in(r, "loss");
    row.accuracy = number_in(r, "accuracy");
    row.loss_interval = interval_in(r, "loss_interval");
    row.accuracy_interval = interval_in(r, "accuracy_interval");
    row.locality = text_in(r, "locality");
    row.formula = text_in(r, "formula");
    row.rule_text = text_in(r, "rule_text");
    row.chosen = r.value("chosen", json(false)) == json(true);
    if (row.chosen && row.rule_text.empty()) row.rule_text = text_in(result, "rule_text");
    out.push_back(std::move(row));
  }
  std::sort(out.begin(), out.end(), [](const FrontRow& a, const FrontRow& b) { return a.complexity < b.complexity; });
  std::vector<std::size_t> complexity;
  std::vector<double> loss;
  for (const FrontRow& row : out) {
    complexity.push_back(static_cast<std::size_t>(row.complexity));
    loss.push_back(row.loss);
  }
  const std::vector<double> scores = front_scores(complexity, loss);
  for (std::size_t k = 0; k < out.size(); ++k) out[k].score = scores[k];
  return out;
}

FrontRow front_row(const json& result, std::size_t terms, const std::string& path) {
  std::string there_are;
  for (const FrontRow& row : front_rows(result)) {
    if (row.rule_text.empty()) continue;
    if (row.complexity == static_cast<double>(terms)) return row;
    there_are += fmt::format("{}{}", there_are.empty() ? "" : ", ", row.complexity);
  }
  throw InputError(fmt::format("{}: --select {}: no rule of {} terms on its front\n  hint: there {}", path, terms,
                               terms,
                               there_are.empty() ? "is none; a result of this program's version has them"
                                                 : "are rules of " + there_are + " terms"));
}

}  // namespace rule_search
