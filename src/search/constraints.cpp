#include "search/constraints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "expression/candidates.hpp"
#include "expression/shape_parameters.hpp"

namespace rule_search {

namespace {

std::size_t place_of(const Rule& rule, const std::string& name, const char* option) {
  const int at = rule.parameter_index(name);
  if (at >= 0) return static_cast<std::size_t>(at);
  std::vector<std::string> names;
  for (const Parameter& p : rule.parameters) names.push_back(p.name);
  const std::string near = nearest_name(name, names);
  constexpr std::size_t shown = 20;
  const bool more = names.size() > shown;
  if (more) names.resize(shown);
  throw InputError(fmt::format(
      "{} {}: the rule {} has no such parameter, expected one of {}{}\n  hint: {}", option, name, rule.name,
      fmt::join(names, ", "), more ? ", ..." : "",
      near.empty() ? "`check` lists all terms with their parameters" : fmt::format("did you mean {}?", near)));
}

const char* kind_of(const Parameter& p) { return is_time_constant(p) ? "time constant" : "shape parameter"; }

void refuse_without_terms(const Rule& rule, const std::vector<bool>& dropped) {
  const std::size_t terms = terms_of(rule);
  if (terms == 0 && !rule.parameters.empty())
    throw InputError(
        fmt::format("the rule {} has no term that a search could add or remove: {} is a {}, which is no coefficient\n"
                    "  hint: write a coefficient before each term, as in a * relu(...); `fit` fits the rule as it is",
                    rule.name, rule.parameters[0].name, kind_of(rule.parameters[0])));
  for (std::size_t r = 0; r < dropped.size(); ++r) {
    if (!dropped[r] && is_term(rule.parameters[r])) return;
  }
  throw InputError(fmt::format("‹must-not›: {} of {} excluded, nothing is left to search",
                               terms == 1 ? "the only candidate" : fmt::format("all {} candidates", terms),
                               terms == 1 ? rule.name + " is" : rule.name + " are"));
}

}  // namespace

Rule constrained(const Rule& candidates, const Constraints& c) {
  Rule rule = candidates;
  const std::size_t all = rule.parameters.size();
  for (const Constraints::Range& range : c.ranges) {
    Parameter& p = rule.parameters[place_of(candidates, range.parameter, "‹range›")];
    if (range.lower > range.upper)
      throw InputError(
          fmt::format("‹range› {}={:g}:{:g}: the lower end is above the upper one\n  hint: turn them round",
                      range.parameter, range.lower, range.upper));
    const Parameter before = p;
    p.lower = std::max(p.lower, range.lower);
    p.upper = std::min(p.upper, range.upper);
    if (!(p.lower < p.upper))
      throw InputError(
          fmt::format("‹range› {}={:g}:{:g}: no coefficient is in this range and in the bounds [{:g}, {:g}] "
                      "of the rule file",
                      range.parameter, range.lower, range.upper, before.lower, before.upper));
    for (double& x : p.initial) x = std::clamp(x, p.lower, p.upper);
  }
  mark_shape_parameters(rule);  // a range can keep a parameter from 0
  std::vector<bool> dropped(all, false);
  for (const std::string& name : c.must_not) dropped[place_of(candidates, name, "‹must-not›")] = true;
  for (const auto& [names, option] : {std::pair{&c.must, "‹must›"}, {&c.must_not, "‹must-not›"}}) {
    for (const std::string& name : *names) {
      const Parameter& p = rule.parameters[place_of(candidates, name, option)];
      if (is_shape(p))
        throw InputError(
            fmt::format("{} {}: is a {}, which is there as long as a term needs it\n  hint: name "
                        "the coefficients of terms",
                        option, name, kind_of(p)));
    }
  }
  for (const std::string& name : c.must) {
    if (dropped[place_of(candidates, name, "‹must›")])
      throw InputError(fmt::format("‹must› {0} and ‹must-not› {0} contradict each other", name));
  }
  refuse_without_terms(rule, dropped);
  if (c.locality) {
    std::size_t nearest = 0;
    for (std::size_t r = 0; r < all; ++r) {
      if (dropped[r]) continue;
      if (is_shape(rule.parameters[r])) continue;
      const Locality reach = locality_of(candidates, static_cast<int>(r));
      if (reach <= *c.locality) {
        ++nearest;
        continue;
      }
      const std::string& name = candidates.parameters[r].name;
      if (std::find(c.must.begin(), c.must.end(), name) != c.must.end())
        throw InputError(fmt::format("‹must› {} contradicts ‹locality› {}: its term is {}", name,
                                     rule_search::name(*c.locality), rule_search::name(reach)));
      dropped[r] = true;
    }
    if (nearest == 0)
      throw InputError(
          fmt::format("‹locality› {}: every candidate of {} reaches farther\n  hint: `check` shows how far "
                      "each term reaches",
                      name(*c.locality), rule.name));
    // What stands in the rule without a coefficient of its own can't be taken out.
    for (const Expr& s : summands(candidates.dw)) {
      bool fixed = true;
      for (std::size_t r = 0; r < all; ++r) fixed = fixed && !depends_on_parameter(s, static_cast<int>(r));
      if (fixed && locality(candidates, s) > *c.locality)
        throw InputError(fmt::format("‹locality› {}: the term {} is always in and is {}", name(*c.locality),
                                     "without a parameter", name(locality(candidates, s))));
    }
  }
  std::size_t always = c.must.size();
  for (std::size_t r = 0; r < all; ++r) {
    const Parameter& p = rule.parameters[r];
    const bool named = std::find(c.must.begin(), c.must.end(), p.name) != c.must.end();
    if (is_shape(p)) continue;
    if (!dropped[r] && !named && (p.lower > 0 || p.upper < 0)) ++always;
    if (dropped[r] && (p.lower > 0 || p.upper < 0))
      throw InputError(
          fmt::format("{} can't be left out: its bounds [{:g}, {:g}] exclude 0", p.name, p.lower, p.upper));
  }
  if (c.max_terms > 0 && always > c.max_terms)
    throw InputError(
        fmt::format("‹max-terms› {}: {} terms are in every rule, by ‹must› or by bounds that exclude 0\n"
                    "  hint: ‹max-terms› {}, or fewer of those",
                    c.max_terms, always, always));
  if (std::find(dropped.begin(), dropped.end(), true) != dropped.end()) rule = without(rule, dropped);
  for (Parameter& p : rule.parameters) p.per_layer = p.per_layer || (c.per_layer && !p.per_recording);
  return rule;
}

}  // namespace rule_search
