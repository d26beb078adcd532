#include "report/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "expression/decay.hpp"
#include "expression/print.hpp"
#include "fit/fitted_rule.hpp"
#include "grammar/keywords.hpp"

namespace rule_search {

namespace {

constexpr std::size_t most_pairs = 8;  // in words; result.json holds all

using Ends = std::array<double, 2>;  // of an interval

Ends ends_of(const std::array<OneOrMany<double>, 2>& interval, std::size_t entry) {
  const auto end = [entry](const OneOrMany<double>& all) {
    return entry < all.values.size() ? all.values[entry] : std::numeric_limits<double>::quiet_NaN();
  };
  return {end(interval[0]), end(interval[1])};
}

std::string interval_text(const Ends& ends, int digits) {
  const auto text = [digits](double end) {
    return std::isfinite(end) ? fmt::format("{:.{}g}", end, digits) : std::string("?");
  };
  return text(ends[0]) + " to " + text(ends[1]);
}

// Whether a difference of these intervals is none that matters beside the coefficient.
bool nearly_the_same(const Ends& a, const Ends& b, double coefficient) {
  constexpr double share = 1e-4;
  return std::abs(a[0] - b[0]) < share * std::abs(coefficient) && std::abs(a[1] - b[1]) < share * std::abs(coefficient);
}

// With as many digits as show that they differ.
std::string difference(const std::string& name, const Ends& sandwich, const Ends& bootstrap) {
  std::string a;
  std::string b;
  for (int digits = 3; digits <= 17 && a == b; ++digits) {
    a = interval_text(sandwich, digits);
    b = interval_text(bootstrap, digits);
  }
  return fmt::format("The intervals of {} differ: {} by the sandwich formula, {} by the bootstrap.", name, a, b);
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
  OneOrMany<bool> agree = term.intervals_agree;
  for (std::size_t k = 0; k < std::min(agree.values.size(), term.coefficient.values.size()); ++k) {
    if (nearly_the_same(ends_of(term.interval, k), ends_of(*term.bootstrap_interval, k), term.coefficient.values[k]))
      agree.values[k] = true;
  }
  doubt_where(term.parameter, agree, false, out, [&](const std::string& name, std::size_t k) {
    return difference(name, ends_of(term.interval, k), ends_of(*term.bootstrap_interval, k));
  });
}

// What the data do not tell of a shape parameter, the plainest reason alone.
void doubts_of(const result::ShapeParameter& shape, std::vector<std::string>& out) {
  const auto flag = [](const OneOrMany<bool>& flags, std::size_t k, bool otherwise) {
    return k < flags.values.size() ? flags.values[k] : otherwise;
  };
  for (std::size_t k = 0; k < shape.value.values.size(); ++k) {
    const std::string name =
        shape.value.values.size() > 1 ? fmt::format("{}[{}]", shape.parameter, k + 1) : shape.parameter;
    const std::string value = shape_value(shape, k);
    if (flag(shape.at_limit, k, false))
      out.push_back(fmt::format("{} is longer than these data can tell: it ended at {}, as high as a fit lets it go.",
                                name, value));
    else if (!flag(shape.has_slope, k, true) && !flag(shape.scanned, k, false))
      out.push_back(
          fmt::format("{} has no slope: the loss doesn't change with it near {}; it stays {}.", name, value, value));
    else if (!flag(shape.determined, k, true))
      out.push_back(
          fmt::format("{} is not determined: these data fit about as well with very different values.", name));
    if (flag(shape.at_bound, k, false)) out.push_back(ended_at_bound(name, k));
    if (flag(shape.scanned, k, false) && flag(shape.determined, k, true))
      out.push_back(
          fmt::format("{} has no slope: it was found by a scan of values, and its interval is one of the scan.", name));
  }
}

// A generated coefficient, c17, says nothing of its term.
std::string name_of(const result::Lookalike& pair) {
  return pair.other_term.empty() ? pair.other : fmt::format("{} ({})", pair.other, pair.other_term);
}

}  // namespace

std::string label(const result::Term& term) {
  return term.generated && !term.term.empty() ? term.parameter + ": " + term.term : term.parameter;
}

std::string kind_of(const result::ShapeParameter& shape) {
  return shape.unit.empty() && shape.written_in.empty() ? "shape parameter" : "time constant";
}

result::ShapeParameter in_its_unit(result::ShapeParameter shape) {
  for (OneOrMany<double>* list : {&shape.value, &shape.interval[0], &shape.interval[1]}) {
    for (double& x : list->values) x = in_unit(x, shape.written_in);
  }
  if (!shape.written_in.empty()) shape.unit = shape.written_in;
  return shape;
}

std::string shape_value(const result::ShapeParameter& shape, std::size_t entry) {
  const std::string number = fmt::format("{:.6g}", in_unit(shape.value.values.at(entry), shape.written_in));
  return shape.written_in.empty() ? number : number + " " + shape.written_in;
}

std::vector<std::string> doubts(const Result& r) {
  std::vector<std::string> out;
  for (const result::Term& t : r.terms) doubts_of(t, out);
  for (const result::ShapeParameter& s : r.all_shapes()) doubts_of(s, out);
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

std::string explained(const Rule& rule, const Letters& letters) {
  const auto has = [&](Quantity q) {
    const auto mentions = [q](const State& s) { return depends_on_quantity(s.next, q); };
    return depends_on_quantity(rule.dw, q) || std::any_of(rule.states.begin(), rule.states.end(), mentions);
  };
  const auto kind = [](const std::string& one, const std::string& many, const std::string& a, const std::string& b) {
    if (a.empty() && b.empty()) return std::string();
    if (a == b) return many + " " + a;
    return a.empty() || b.empty() ? one + " " + a + b : many + " " + a + " and " + b;
  };
  const auto where = [&](Quantity q, const std::string& letter) { return has(q) ? letter : ""; };
  const std::string activities =
      kind("activity", "activities", where(Quantity::pre, letters.pre), where(Quantity::post, letters.post));
  const std::string errors =
      kind("error", "errors", where(Quantity::err_pre, letters.err_pre), where(Quantity::err_post, letters.err_post));
  if (activities.empty() && errors.empty()) return "";
  return ", with " + activities + (activities.empty() || errors.empty() ? "" : " and ") + errors;
}

namespace {

bool compares(const Expr& e) {
  return e->op == Op::greater || e->op == Op::at_least || std::any_of(e->args.begin(), e->args.end(), compares);
}

}  // namespace

std::string meaning_of_bound(const Rule& rule) {
  if (!rule.bound) return "";
  const WeightBound& b = *rule.bound;
  if (b.soft)
    return fmt::format(
        "Weights stay between {0:g} and {1:g}: what raises a weight counts by its distance from {1:g}, what lowers it "
        "by that "
        "from {0:g}, in units of {2:g}.",
        b.lower, b.upper, b.upper - b.lower);
  if (std::isinf(b.upper)) return fmt::format("Weights stay at {:g} or above: a change ends there.", b.lower);
  if (std::isinf(b.lower)) return fmt::format("Weights stay at {:g} or below: a change ends there.", b.upper);
  return fmt::format("Weights stay between {:g} and {:g}: a change ends there.", b.lower, b.upper);
}

std::string meaning_of_brackets(const Rule& rule) {
  const bool any = compares(rule.dw) ||
                   std::any_of(rule.states.begin(), rule.states.end(), [](const State& s) { return compares(s.next); });
  return any ? "A bracket [ ] is 1 where the comparison in it holds, and 0 elsewhere." : "";
}

std::string meaning_of_step(const Rule& rule, const std::string& letter) {
  return has_decay(rule) ? fmt::format("A step {} is {}.", letter, time_text(rule.step.seconds, rule.step.unit)) : "";
}

std::string at_every_trial(const Rule& rule) {
  std::vector<std::string> states;
  for (const State& s : rule.states) {
    if (s.each_trial)
      states.push_back(s.elements.empty() ? fmt::format("{} is {:g}", s.name, s.initial)
                                          : s.name + " is as at the beginning");
  }
  if (states.empty()) return "";
  const std::string last = states.back();
  states.pop_back();
  return fmt::format("At the start of every trial {}{}{}.", fmt::join(states, ", "), states.empty() ? "" : " and ",
                     last);
}

std::string words_of(const result::Choice& c) {
  if (c.step == "least loss") return "the least loss of the path";
  if (c.step == "smaller") return "a smaller rule of the path";
  return "without " + c.parameter;
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
