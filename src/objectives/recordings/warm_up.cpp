#include "objectives/recordings/warm_up.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "grammar/keywords.hpp"
#include "objectives/recordings/checks.hpp"
#include "objectives/recordings/step_length.hpp"

namespace rule_search {

namespace {

constexpr int most_rows = 10000000;

[[noreturn]] void refuse(const std::string& text) {
  throw InputError(fmt::format(
      "‹warm-up›: expected a number of rows from 1 to {}, or a time in {}, found {}\n  hint: 20, or '200 ms'",
      most_rows, time_units_in_text("or"), text.empty() ? "nothing" : text));
}

}  // namespace

void WarmUp::set(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  std::string unit = end;
  unit.erase(0, unit.find_first_not_of(' '));
  if (end == text.c_str() || !std::isfinite(number) || !(number > 0)) refuse(text);
  if (unit.empty() ? number != std::floor(number) || number > most_rows : time_unit(unit) == nullptr) refuse(text);
  text_ = text;
  rows_ = unit.empty() ? static_cast<int>(number) : 0;
  seconds_ = unit.empty() ? 0 : in_seconds(number, unit);
}

int WarmUp::rows(const std::vector<LayerRecording>& recordings) const {
  if (!(seconds_ > 0)) return rows_;
  constexpr double rounding = 1e-6;  // of a row: the times are sums of steps
  const LayerRecording& first = recordings.at(0);
  const double step = step_of(first);
  const double rows = std::ceil(seconds_ / step - rounding);
  if (seconds_ < (1 - rounding) * step)
    throw InputError(fmt::format(
        "‹warm-up›: expected at least one row, found {}, but the rows of {} are {:.4g} s apart\n  hint: the "
        "column `time` is in seconds here; where it is in another unit or not there, give a number of rows",
        text_, first.name, step));
  return static_cast<int>(std::min<double>(rows, most_rows));
}

Option warm_up_option(WarmUp& value) {
  Option o;
  o.name = "warm-up";
  o.type = "ROWS";
  o.meaning =
      "let the first rows of each recording only bring the states of a rule to where they are: weights are kept at "
      "what "
      "was recorded, and nothing is compared. A number of rows, or a time as '200 ms' where the column time is in "
      "seconds";
  o.set = [&value](const std::vector<std::string>& texts) { value.set(texts.empty() ? "" : texts.back()); };
  o.get = [&value] { return value.text().empty() ? nlohmann::json() : nlohmann::json(value.text()); };
  return o;
}

}  // namespace rule_search
