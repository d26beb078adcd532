#include "keywords.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include "base/text.hpp"

namespace rule_search {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool begins_statement(std::string_view word) {
  return std::find(statement_words.begin(), statement_words.end(), word) != statement_words.end();
}

bool is_word_and_name(std::string_view word) {
  return std::find(words_and_names.begin(), words_and_names.end(), word) != words_and_names.end();
}

bool is_reserved(std::string_view word) {
  return (begins_statement(word) && !is_word_and_name(word)) ||
         std::find(inner_words.begin(), inner_words.end(), word) != inner_words.end();
}

const TimeUnit* time_unit(std::string_view name) {
  for (const TimeUnit& unit : time_units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

namespace {

double times_power_of_ten(double value, int power) {
  if (!std::isfinite(value)) return value;
  const std::string text = shortest(value);
  const std::size_t e = std::min(text.find('e'), text.size());
  const int own = e == text.size() ? 0 : std::stoi(text.substr(e + 1));
  return std::strtod((text.substr(0, e) + "e" + std::to_string(own + power)).c_str(), nullptr);
}

}  // namespace

double in_seconds(double number, std::string_view unit) {
  const TimeUnit* known = time_unit(unit);
  return known == nullptr ? number : times_power_of_ten(number, known->power);
}

double in_unit(double seconds, std::string_view unit) {
  const TimeUnit* known = time_unit(unit);
  return known == nullptr ? seconds : times_power_of_ten(seconds, -known->power);
}

namespace {

std::string in_text(const std::vector<std::string_view>& words, std::string_view last) {
  std::string out;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (k > 0) out += k + 1 < words.size() ? ", " : " " + std::string(last) + " ";
    out += words[k];
  }
  return out;
}

}  // namespace

std::string statement_words_in_text(std::string_view last) {
  return in_text({statement_words.begin(), statement_words.end()}, last);
}

std::string time_units_in_text(std::string_view last) {
  std::vector<std::string_view> names;
  for (const TimeUnit& unit : time_units) names.push_back(unit.name);
  return in_text(names, last);
}

}  // namespace rule_search
