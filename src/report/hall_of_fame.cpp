#include "report/hall_of_fame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "expression/locality.hpp"
#include "expression/print.hpp"
#include "fit/fitted_rule.hpp"

namespace rule_search {

namespace {

// As RFC 4180 has it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string number(double value) { return std::isfinite(value) ? shortest(value) : std::string(); }

}  // namespace

std::vector<double> front_scores(const std::vector<std::size_t>& complexity, const std::vector<double>& loss) {
  std::vector<double> out;
  for (std::size_t k = 0; k < loss.size(); ++k) {
    out.push_back(k == 0 ? 0.0
                         : -std::log(loss[k] / loss[k - 1]) / static_cast<double>(complexity[k] - complexity[k - 1]));
  }
  return out;
}

std::vector<double> front_scores(const std::vector<FrontRule>& front) {
  std::vector<std::size_t> complexity;
  std::vector<double> loss;
  for (const FrontRule& r : front) {
    complexity.push_back(r.complexity);
    loss.push_back(r.loss.mean);
  }
  return front_scores(complexity, loss);
}

std::string to_csv(const std::vector<FrontRule>& front, std::size_t chosen) {
  std::string out = "complexity,loss,accuracy,score,locality,formula,chosen\n";
  const std::vector<double> scores = front_scores(front);
  for (std::size_t k = 0; k < front.size(); ++k) {
    const FrontRule& r = front[k];
    out += fmt::format("{},{},{},{},{},{},{}\n", r.complexity, number(r.loss.mean),
                       r.validated ? number(r.accuracy.mean) : "", number(scores[k]), name(locality(r.fitted.rule)),
                       field(on_one_line(formula(r.fitted))),
                       chosen == 0              ? ""
                       : chosen == r.complexity ? "true"
                                                : "false");
  }
  return out;
}

}  // namespace rule_search
