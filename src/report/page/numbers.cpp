#include <fmt/format.h>

#include <cmath>

#include "report/page/parts.hpp"

namespace rule_search::html {

std::string with_interval(double value, Interval i, double by, int digits, const std::string& unit) {
  if (!std::isfinite(value)) return "&#x2013;";
  // Of recordings without much noise hardly anything is left, and three decimals would show none of it.
  const bool small = digits >= 3 && value != 0 && std::abs(by * value) < 0.01;
  const auto number = [&](double x) {
    if (small) return fmt::format("{:.3g}", by * x);
    const bool rounds_to_nothing = 2 * std::abs(by * x) < std::pow(10.0, -digits);
    return fmt::format("{:.{}f}", rounds_to_nothing ? 0 : by * x, digits);  // never -0.0
  };
  std::string out = number(value) + unit;
  if (std::isfinite(i.low) && std::isfinite(i.high))
    out += fmt::format(" <span class=\"i\">({} to {})</span>", number(i.low), number(i.high));
  return out;
}

}  // namespace rule_search::html
