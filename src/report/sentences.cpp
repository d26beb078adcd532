#include "report/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "expression/print.hpp"
#include "fit/fitted_rule.hpp"

namespace rule_search {

namespace {

constexpr std::size_t most_pairs = 8;  // in words; result.json holds all

std::string interval_text(const std::array<OneOrMany<double>, 2>& ends, std::size_t entry) {
  const auto text = [entry](const OneOrMany<double>& end) {
    return entry < end.values.size() && std::isfinite(end.values[entry]) ? fmt::format("{:.3g}", end.values[entry])
                                                                         : std::string("?");
  };
  return text(ends[0]) + " to " + text(ends[1]);
}

// `said` makes a sentence of a coefficient's name and its place among those of the parameter, wherever a flag has `value`.
void doubt_where(const std::string& parameter, const OneOrMany<bool>& flags, bool value, std::vector<std::string>& out,
                 const std::function<std::string(const std::string&, std::size_t)>& said) {
  const bool many = flags.values.size() > 1;
  for (std::size_t k = 0; k < flags.values.size(); ++k) {
    if (flags.values[k] == value) out.push_back(said(many ? fmt::format("{}[{}]", parameter, k + 1) : parameter, k));
  }
}

std::string ended_at_bound(const std::string& name, std::size_t) {
  return fmt::format("{} ended at one of its bounds: the best may lie beyond, where its interval says nothing.", name);
}

void doubts_of(const result::Term& term, std::vector<std::string>& out) {
  doubt_where(term.parameter, term.at_bound, true, out, ended_at_bound);
  if (!term.bootstrap_interval) return;
  doubt_where(term.parameter, term.intervals_agree, false, out, [&](const std::string& name, std::size_t k) {
    return fmt::format("The intervals of {} differ: {} by the sandwich formula, {} by the bootstrap.", name,
                       interval_text(term.interval, k), interval_text(*term.bootstrap_interval, k));
  });
}

// A generated coefficient, c17, says nothing of its term.
std::string name_of(const result::Lookalike& pair) {
  return pair.other_term.empty() ? pair.other : fmt::format("{} ({})", pair.other, pair.other_term);
}

}  // namespace

std::string label(const result::Term& term) {
  return term.generated && !term.term.empty() ? term.parameter + ": " + term.term : term.parameter;
}

std::vector<std::string> doubts(const Result& r) {
  std::vector<std::string> out;
  for (const result::Term& t : r.terms) doubts_of(t, out);
  for (const result::TimeConstant& c : r.time_constants)
    doubt_where(c.parameter, c.at_bound, true, out, ended_at_bound);
  if (!r.indistinguishable) return out;
  const std::vector<result::Lookalike>& pairs = r.indistinguishable->pairs;
  for (std::size_t k = 0; k < std::min(pairs.size(), most_pairs); ++k)
    out.push_back(fmt::format(
        "{} cannot be distinguished from {}{} on these {}: the correlation of their effects is {:.3f}.",
        pairs[k].parameter, name_of(pairs[k]), pairs[k].other_found ? ", which is in the rule as well," : "",
        r.words.units, pairs[k].correlation));
  if (pairs.size() > most_pairs)
    out.push_back(fmt::format("{} more such pairs are in result.json.", pairs.size() - most_pairs));
  return out;
}

std::string short_formula(const std::string& rule_text, int digits) {
  FittedRule rule;
  rule.rule = check_rule({"rule_text", rule_text});
  for (Parameter& p : rule.rule.parameters) {
    for (double& value : p.initial) value = std::stod(fmt::format("{:.{}g}", value, digits));
  }
  return formula(rule);
}

std::vector<std::string> reasons(const Result& r) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < r.why.size();) {
    const std::size_t end = std::min(r.why.find("; ", at), r.why.size());
    out.push_back(r.why.substr(at, end - at));
    at = end + 2;
  }
  return out;
}

}  // namespace rule_search
