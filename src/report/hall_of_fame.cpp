#include "report/hall_of_fame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "expression/locality.hpp"
#include "expression/print.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

// As RFC 4180 has it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string number(double value) { return std::isfinite(value) ? shortest(value) : std::string(); }

std::vector<double> scores_of(const std::vector<FrontRule>& front) {
  std::vector<std::size_t> complexity;
  std::vector<double> loss;
  for (const FrontRule& r : front) {
    complexity.push_back(r.complexity);
    loss.push_back(r.loss.mean);
  }
  return front_scores(complexity, loss);
}

}  // namespace

std::vector<double> front_scores(const std::vector<std::size_t>& complexity, const std::vector<double>& loss) {
  std::vector<double> out;
  for (std::size_t k = 0; k < loss.size(); ++k) {
    out.push_back(k == 0 ? 0.0
                         : -std::log(loss[k] / loss[k - 1]) / static_cast<double>(complexity[k] - complexity[k - 1]));
  }
  return out;
}

std::string to_csv(const std::vector<FrontRule>& front, std::size_t chosen) {
  std::string out = "complexity,loss,accuracy,score,locality,formula,chosen\n";
  const std::vector<double> scores = scores_of(front);
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

std::vector<FrontRule> front_of(const SearchResult& result) {
  std::vector<FrontRule> out;
  for (auto at = result.path.rbegin(); at != result.path.rend(); ++at) {
    FrontRule r;
    r.fitted = at->fitted;
    r.fitted.rule = with_values(r.fitted.rule, r.fitted.theta, result.options.network.connections());
    r.complexity = terms_of(r.fitted.rule);
    r.validated = true;
    r.loss = at->validation.loss;
    r.accuracy = at->validation.accuracy;
    out.push_back(std::move(r));
  }
  return out;
}

json front_json(const SearchResult& result) {
  json out = json::array();
  const std::vector<FrontRule> front = front_of(result);
  const std::vector<double> scores = scores_of(front);
  for (std::size_t k = 0; k < front.size(); ++k) {
    const FrontRule& r = front[k];
    json names = json::array();
    for (const Parameter& p : r.fitted.rule.parameters) names.push_back(p.name);
    Rule rule = r.fitted.rule;
    rule.name = fmt::format("{}_{}_terms", result.candidates.name, r.complexity);
    out.push_back({{"complexity", r.complexity},
                   {"loss", r.loss.mean},
                   {"loss_interval", json::array({r.loss.low, r.loss.high})},
                   {"accuracy", r.accuracy.mean},
                   {"accuracy_interval", json::array({r.accuracy.low, r.accuracy.high})},
                   {"score", scores[k]},
                   {"locality", name(locality(r.fitted.rule))},
                   {"formula", formula(r.fitted)},
                   {"parameters", names},
                   {"theta", r.fitted.theta},
                   {"rule_text", print(rule)},
                   {"chosen", result.path.size() - 1 - k == result.chosen}});
  }
  return out;
}

}  // namespace rule_search
