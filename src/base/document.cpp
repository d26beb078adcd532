#include "base/document.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/json.hpp"

namespace rule_search {

using nlohmann::json;

void DocumentReader::fail(const std::string& at, const std::string& expected, const std::string& found) const {
  throw InputError(fmt::format("{}{}{}: expected {}, found {}", path_, at.empty() ? "" : ": ", at, expected, found));
}

void DocumentReader::fail_at(const std::string& at, const std::string& expected, const json& found) const {
  fail(at, expected, described(found));
}

const json& DocumentReader::member(const json& object, const std::string& at, const std::string& key) const {
  const std::string place = at.empty() ? key : at + "." + key;
  if (!object.is_object()) fail_at(at, "an object", object);
  if (!object.contains(key)) fail(place, "this key", "nothing");
  return object[key];
}

double DocumentReader::number(const json& value, const std::string& at) const {
  if (!value.is_number()) fail_at(at, "a number", value);
  const double x = value.get<double>();
  if (!std::isfinite(x)) fail_at(at, "a finite number", value);
  return x;
}

void DocumentReader::row(const json& value, const std::string& at, int size, std::vector<double>& out) const {
  if (!value.is_array() || value.size() != static_cast<std::size_t>(size))
    fail_at(at, fmt::format("a list of {} number{}", size, size == 1 ? "" : "s"), value);
  for (std::size_t k = 0; k < value.size(); ++k) {
    if (!value[k].is_number() || !std::isfinite(value[k].get<double>())) number(value[k], fmt::format("{}[{}]", at, k));
    out.push_back(value[k].get<double>());
  }
}

void DocumentReader::matrix(const json& value, const std::string& at, int rows, int cols,
                            std::vector<double>& out) const {
  if (!value.is_array() || value.size() != static_cast<std::size_t>(rows))
    fail_at(at, fmt::format("{} rows of {} numbers", rows, cols), value);
  for (std::size_t i = 0; i < value.size(); ++i) row(value[i], fmt::format("{}[{}]", at, i), cols, out);
}

std::string DocumentReader::name_in(const json& document) const {
  if (!document.contains("name")) return "";
  if (!document["name"].is_string()) fail_at("name", "a text", document["name"]);
  return document["name"].get<std::string>();
}

std::vector<std::pair<std::string, std::vector<double>>> DocumentReader::parameters_in(const json& document) const {
  std::vector<std::pair<std::string, std::vector<double>>> out;
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
    out.emplace_back(name, std::move(values));
  }
  return out;
}

}  // namespace rule_search
