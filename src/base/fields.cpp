#include "base/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"

namespace rule_search {

void FieldReader::rest(nlohmann::json& value, const char*) {
  value = nlohmann::json::object();
  for (const auto& [key, one] : document_.items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) value[key] = one;
  }
}

void FieldReader::fail(const std::string& at, const std::string& expected, const nlohmann::json& found) {
  throw FieldMistake{at, expected, described(found)};
}

bool FieldReader::is_whole(const nlohmann::json& document, bool from_zero, double most) {
  if (!document.is_number_integer()) return false;
  if (from_zero && !document.is_number_unsigned()) return false;
  return std::abs(document.get<double>()) <= most;
}

std::string FieldReader::numbered(const std::string& at, std::size_t k) { return fmt::format("{}[{}]", at, k); }

std::string FieldReader::beneath(const std::string& at, const std::string& key) {
  return at.empty() ? key : fmt::format("{}.{}", at, key);
}

std::string FieldReader::one_of(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t k = 0; k < names.size(); ++k)
    out += (k == 0 ? "\"" : k + 1 == names.size() ? " or \"" : ", \"") + names[k] + "\"";
  return out;
}

}  // namespace rule_search
