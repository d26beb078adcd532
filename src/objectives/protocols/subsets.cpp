#include "objectives/protocols/subsets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fit/chi_squared.hpp"
#include "fit/limits.hpp"
#include "fit/starts.hpp"
#include "fit/steps.hpp"
#include "fit/threshold_scan.hpp"
#include "report/numbers.hpp"
#include "search/every_subset.hpp"

namespace rule_search {

namespace {

struct Subset {
  std::vector<std::string> terms;
  std::size_t parameters = 0, determined = 0;
  double chi_squared = 0;
  std::string values;
  bool found = false;
};

// Whether these are the terms of a rule.
bool has_terms(const Rule& rule, const std::vector<std::string>& terms) {
  std::vector<std::string> own;
  for (const Parameter& p : rule.parameters) {
    if (is_term(p)) own.push_back(p.name);
  }
  return own == terms;
}

std::string shown(const Parameter& p, double value) {
  return is_time_constant(p) ? fmt::format("{} {} ms", p.name, significant(1000 * value))
                             : fmt::format("{} {}", p.name, significant(value));
}

}  // namespace

std::optional<Table> subsets_table(const ProtocolsObjective& objective, const FittedRule& found,
                                   const ComparisonRequest& request, Steps& steps) {
  const Rule& all = objective.candidates();
  // Each set would need scans of its own.
  if (!threshold_entries(all, fit_layout(all, objective)).empty()) return std::nullopt;
  std::vector<std::size_t> terms;
  for (std::size_t r = 0; r < all.parameters.size(); ++r) {
    if (is_term(all.parameters[r])) terms.push_back(r);
    if (is_term(all.parameters[r]) && (all.parameters[r].lower > 0 || all.parameters[r].upper < 0)) return std::nullopt;
  }
  if (terms.empty() || terms.size() > most_terms_of_subsets) return std::nullopt;
  const std::size_t units = objective.units(Part::search);
  double no_change = 0;
  for (std::size_t k = 0; k < units; ++k)
    no_change += std::pow(objective.protocol(Part::search, k).change / objective.protocol(Part::search, k).error, 2);
  std::vector<Subset> subsets = {{{"none"}, 0, 0, no_change, "", false}};
  for (unsigned in = 1; in < 1U << terms.size(); ++in) {
    std::vector<bool> dropped(all.parameters.size(), false);
    for (std::size_t k = 0; k < terms.size(); ++k) dropped[terms[k]] = (in >> k & 1U) == 0;
    const Rule rule = without(all, dropped);
    FitRequest fit;
    fit.objective = &objective;
    fit.units = units;
    fit.iterations = 50;
    fit.progress = request.done;
    const ParameterLayout layout = fit_layout(rule, objective);
    const FittedRule fitted = fit_from_several(rule, layout.initial, fit, steps);
    Subset& s = subsets.emplace_back();
    std::vector<std::string> values;
    for (std::size_t k = 0; k < fitted.theta.size(); ++k) {
      const Parameter& p = rule.parameters[static_cast<std::size_t>(layout.parameter[k])];
      if (is_term(p)) s.terms.push_back(p.name);
      values.push_back(shown(p, fitted.theta[k]));
    }
    s.parameters = fitted.theta.size();
    s.determined = determined_parameters(fitted, objective, steps);
    s.chi_squared = 2 * static_cast<double>(units) * fitted.fit_loss;
    s.values = fmt::format("{}", fmt::join(values, ", "));
    s.found = has_terms(found.rule, s.terms);
  }
  std::stable_sort(subsets.begin() + 1, subsets.end(), [](const Subset& a, const Subset& b) {
    return a.terms.size() != b.terms.size() ? a.terms.size() < b.terms.size() : a.chi_squared < b.chi_squared;
  });
  Table out;
  out.title = "All subsets of the candidate terms";
  out.columns = {"", "terms", "parameters", "chi squared", "degrees of freedom", "p", "values"};
  const ChiSquaredLaw law(objective);
  for (const Subset& s : subsets) {
    const ChiSquared left = law.of(s.chi_squared, s.determined);
    out.rows.push_back({s.found ? "*" : "", fmt::format("{}", fmt::join(s.terms, " ")), fmt::format("{}", s.parameters),
                        std::isfinite(s.chi_squared) ? fmt::format("{:.1f}", s.chi_squared) : "-",
                        fmt::format("{:.0f}", left.degrees), std::isnan(left.p) ? "-" : fmt::format("{:.2g}", left.p),
                        s.values});
  }
  out.note = fmt::format(
      "Each is fitted to the {} protocols that the search had, by weighted least squares. p: how often chi squared is "
      "as large where the rule is right and the errors are as given. A parameter without an effect of its own takes no "
      "degree of freedom. The found rule has a star.",
      units);
  return out;
}

}  // namespace rule_search
