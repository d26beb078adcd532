#include "report/estimates.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace rule_search {

using nlohmann::json;

json interval_json(const Estimate& e) { return json::array({e.low, e.high}); }

json estimate_json(const Estimate& e) { return {{"mean", e.mean}, {"interval", interval_json(e)}}; }

json score_json(const Score& s) {
  return {{"loss", s.loss.mean},          {"loss_interval", interval_json(s.loss)},
          {"accuracy", s.accuracy.mean},  {"accuracy_interval", interval_json(s.accuracy)},
          {"episodes", s.accuracy.count}, {"diverged", s.diverged}};
}

std::string percent(const Estimate& e) {
  return fmt::format("{:5.1f} % ({:.1f} to {:.1f})", 100 * e.mean, 100 * e.low, 100 * e.high);
}

std::string points(const Estimate& e) {
  return fmt::format("{:+.1f} ({:+.1f} to {:+.1f})", 100 * e.mean, 100 * e.low, 100 * e.high);
}

std::string number(const Estimate& e) {
  if (!std::isfinite(e.mean)) return "-";
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", e.mean, e.low, e.high);
}

std::string ends(double low, double high) {
  std::string out;
  for (int digits = 3; digits <= 8; ++digits) {
    const std::string a = fmt::format("{:.{}g}", low, digits);
    const std::string b = fmt::format("{:.{}g}", high, digits);
    out = fmt::format("{} to {}", a, b);
    if (a != b || low == high || !std::isfinite(low) || !std::isfinite(high)) break;
  }
  return out;
}

std::string line_of(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace rule_search
