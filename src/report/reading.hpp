// Reading a result document that may be older than what is drawn from it: what is missing is unknown, not an
// error. That what is there has the right type was looked at by read_result().
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rule_search {

/// NaN, an empty text, an empty object or list where there is none.
double number_in(const nlohmann::json& object, const char* key);
std::string text_in(const nlohmann::json& object, const char* key);
nlohmann::json object_in(const nlohmann::json& object, const char* key);
nlohmann::json list_in(const nlohmann::json& object, const char* key);

struct Interval {
  double low, high;
};
Interval interval_in(const nlohmann::json& object, const char* key);

/// "200", or "some" where it is unknown.
std::string count_text(double count);
/// The text with nothing left in it that gnuplot or LaTeX would take for more than a letter.
std::string plain(const std::string& text);

/// A line of the hall of fame: from `front`, or from `path` in a result that has none.
struct FrontRow {
  double complexity = 0;
  double loss = 0, accuracy = 0, score = 0;
  Interval loss_interval, accuracy_interval;
  std::string locality, formula, rule_text;  ///< empty where unknown
  bool chosen = false;
};
/// From the smallest rule to the largest.
std::vector<FrontRow> front_rows(const nlohmann::json& result);
/// The row of so many terms. Throws InputError, listing what there is, where there is none.
FrontRow front_row(const nlohmann::json& result, std::size_t terms, const std::string& path);

}  // namespace rule_search
