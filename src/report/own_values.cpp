#include "report/own_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "grammar/keywords.hpp"
#include "report/numbers.hpp"

namespace rule_search {

namespace {

std::string names_of(const result::OwnValues& own) {
  std::string out;
  for (std::size_t k = 0; k < own.parameters.size(); ++k) {
    const char* between = k == 0 ? "" : k + 1 == own.parameters.size() ? " and " : ", ";
    out += between + own.parameters[k].parameter;
  }
  return out;
}

std::string probability(double p) { return p < 1e-4 ? "p < 0.0001" : fmt::format("p = {:.2g}", p); }

}  // namespace

result::OwnValues document_of(const OwnValues& found) {
  std::vector<std::size_t> order(found.units.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return found.units[a] < found.units[b]; });
  result::OwnValues out;
  for (const OwnParameter& p : found.parameters) {
    result::OwnParameter& row = out.parameters.emplace_back();
    row.parameter = p.name;
    row.unit = p.unit.empty() ? "" : "s";
    row.written_in = p.unit;
    row.common = p.common;
    row.mean = p.mean;
    row.deviation = p.deviation;
    row.beyond_errors = p.beyond_errors;
    row.smallest = std::numeric_limits<double>::infinity();
    row.largest = -row.smallest;
    for (std::size_t u : order) {
      const OwnValue& v = p.values[u];
      row.recordings.push_back({found.units[u], v.value, v.standard_error});
      if (!std::isfinite(v.value)) continue;
      row.smallest = std::min(row.smallest, v.value);
      row.largest = std::max(row.largest, v.value);
    }
  }
  for (const SharedEntry& s : found.shared) out.shared[s.name] = {s.value, s.common};
  out.test.own_loss = found.own.loss.mean;
  out.test.common_loss = found.common.loss.mean;
  out.test.difference = found.difference.mean;
  out.test.interval = {found.difference.low, found.difference.high};
  out.test.ratio = std::exp(found.ratio.mean);
  out.test.ratio_interval = {std::exp(found.ratio.low), std::exp(found.ratio.high)};
  out.test.p = found.by_chance;
  out.test.better = found.better;
  out.test.text = verdict(out);
  return out;
}

std::string own_value_text(const result::OwnParameter& p, double value) {
  if (!std::isfinite(value)) return "-";
  return fmt::format("{:.3g}{}", in_unit(value, p.written_in), p.written_in.empty() ? "" : " " + p.written_in);
}

std::string verdict(const result::OwnValues& own) {
  const std::string names = names_of(own);
  switch (own.test.better) {
    case OwnValues::Better::own_values:
      return fmt::format("The recordings differ in {}: own values foretell the second halves better.", names);
    case OwnValues::Better::one_value:
      return fmt::format("One value of {} for all recordings foretells the second halves as well.", names);
    case OwnValues::Better::cannot_be_told:
      break;
  }
  return fmt::format(
      "Whether the recordings differ in {} cannot be told: own values fit better than chance, but do not foretell the "
      "second halves better.",
      names);
}

std::string own_values_table(const result::OwnValues& own) {
  std::string out = "\nValues by recording (fitted after the rule with one value for all)\n";
  std::size_t width = 9;
  for (const result::OwnValueOf& r : own.parameters.front().recordings) width = std::max(width, r.name.size());
  std::string head = fmt::format("  {:<{}}", "recording", width);
  for (const result::OwnParameter& p : own.parameters)
    head += fmt::format("  {:>12} {:>12}", p.parameter, "std. error");
  out += line_of(head);
  const auto row = [&](const std::string& name, const auto& cells) {
    std::string line = fmt::format("  {:<{}}", name, width);
    for (const result::OwnParameter& p : own.parameters) line += cells(p);
    out += line_of(line);
  };
  for (std::size_t k = 0; k < own.parameters.front().recordings.size(); ++k)
    row(own.parameters.front().recordings[k].name, [k](const result::OwnParameter& p) {
      return fmt::format("  {:>12} {:>12}", own_value_text(p, p.recordings[k].value),
                         own_value_text(p, p.recordings[k].standard_error));
    });
  const auto summary = [&](const std::string& name, double result::OwnParameter::*number) {
    row(name, [number](const result::OwnParameter& p) {
      return fmt::format("  {:>12} {:>12}", own_value_text(p, p.*number), "");
    });
  };
  summary("mean", &result::OwnParameter::mean);
  summary("one value", &result::OwnParameter::common);
  for (const result::OwnParameter& p : own.parameters)
    out += fmt::format("  {} varies by {} (standard deviation) from recording to recording, by {} beyond the errors\n",
                       p.parameter, own_value_text(p, p.deviation), own_value_text(p, p.beyond_errors));
  const result::OwnTest& t = own.test;
  out += fmt::format(
      "  {}\n  Loss of second halves: own values minus one value {}; ratio {:.3g} ({:.3g} to {:.3g}); likelihood ratio "
      "{}\n",
      verdict(own), loss_change(t.difference, t.interval), t.ratio, t.ratio_interval.low, t.ratio_interval.high,
      probability(t.p));
  return out;
}

}  // namespace rule_search
