#include "report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rule_search {

using nlohmann::json;

namespace {

// Three decimals would show nothing of a loss that the noise alone is left of.
constexpr double small = 0.1;
// From here on fixed decimals are a row of digits that nobody reads.
constexpr double large = 1e5;

bool is_large(double value) { return std::abs(value) >= large; }

}  // namespace

double in_percent(double share) { return std::abs(share) < 5e-4 ? 0 : 100 * share; }

std::string percent(double share, Interval i) {
  if (is_large(100 * share)) return fmt::format("{:.3g} % ({:.3g} to {:.3g})", 100 * share, 100 * i.low, 100 * i.high);
  return fmt::format("{:5.1f} % ({:.1f} to {:.1f})", in_percent(share), in_percent(i.low), in_percent(i.high));
}

std::string points(double share, Interval i) {
  if (is_large(100 * share)) return fmt::format("{:+.3g} ({:+.3g} to {:+.3g})", 100 * share, 100 * i.low, 100 * i.high);
  return fmt::format("{:+.1f} ({:+.1f} to {:+.1f})", 100 * share, 100 * i.low, 100 * i.high);
}

std::string loss_text(double loss, Interval i) {
  if (!std::isfinite(loss)) return "-";
  if (is_large(loss) || (loss != 0 && std::abs(loss) < small))
    return fmt::format("{:.3g} ({:.3g} to {:.3g})", loss, i.low, i.high);
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", loss, i.low, i.high);
}

std::string loss_change(double change, Interval i) {
  if (!std::isfinite(change)) return "-";
  const double largest = std::max({std::abs(change), std::abs(i.low), std::abs(i.high)});
  if (largest >= large || (largest > 0 && largest < small))
    return fmt::format("{:+.3g} ({:+.3g} to {:+.3g})", change, i.low, i.high);
  return fmt::format("{:+.3f} ({:+.3f} to {:+.3f})", change, i.low, i.high);
}

std::string significant(double value, int digits) {
  const std::string text = fmt::format("{:.{}g}", value, digits);
  constexpr double million = 1e6;
  const bool whole = std::abs(value) < million && text.find("e+") != std::string::npos;
  return whole ? fmt::format("{:.0f}", std::stod(text)) : text;
}

std::string ends(double low, double high) {
  std::string out;
  for (int digits = 3; digits <= 8; ++digits) {
    const std::string a = significant(low, digits);
    const std::string b = significant(high, digits);
    out = fmt::format("{} to {}", a, b);
    if (a != b || low == high || !std::isfinite(low) || !std::isfinite(high)) break;
  }
  return out;
}

std::string ends_or_unknown(double low, double high) {
  if (std::isfinite(low) && std::isfinite(high)) return ends(low, high);
  // Away from 0 it need not end; where the other end is 0 nothing is known.
  if (std::isfinite(low) && low > 0) return significant(low) + " or more";
  if (std::isfinite(high) && high < 0) return significant(high) + " or less";
  return "not determined";
}

std::string count_text(std::size_t count) { return count > 0 ? std::to_string(count) : "some"; }

std::string counted(std::size_t count, const std::string& one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string intervals_of_scores(const Score& score) {
  return score.no_change.empty() ? "Student's t" : "Student's t (the fraction explained by a jackknife)";
}

std::string intervals_of_coefficients(const Description& d) {
  if (!d.coefficient_intervals.empty()) return d.coefficient_intervals;
  return fmt::format(
      "by the sandwich formula clustered by {}, bootstrap_interval by a one-step bootstrap over the same {}", d.unit,
      d.units);
}

std::string line_of(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

json interval_json(const Estimate& e) { return json::array({e.low, e.high}); }

json estimate_json(const Estimate& e) { return {{"mean", e.mean}, {"interval", interval_json(e)}}; }

json score_json(const Score& s) {
  return {{"loss", s.loss.mean},          {"loss_interval", interval_json(s.loss)},
          {"accuracy", s.accuracy.mean},  {"accuracy_interval", interval_json(s.accuracy)},
          {"episodes", s.accuracy.count}, {"diverged", s.diverged}};
}

}  // namespace rule_search
