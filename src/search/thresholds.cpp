#include "search/thresholds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "fit/limits.hpp"
#include "fit/threshold_scan.hpp"
#include "search/reduce.hpp"
#include "search/removal.hpp"
#include "search/selection.hpp"

namespace rule_search {

namespace {

ThresholdScan scan_of(Workbench& bench, const Rule& rule) {
  ThresholdScan out;
  out.objective = &bench.objective();
  out.units = bench.options().refit_units;
  out.entries = fit_layout(rule, bench.objective()).all();
  return out;
}

bool has_thresholds(Workbench& bench, const Rule& rule) {
  return !bench.options().fresh && !threshold_entries(rule, fit_layout(rule, bench.objective())).empty();
}

// Entries of thresholds, and values for them, to be tried.
using Places = std::vector<std::vector<std::pair<int, double>>>;

const Parameter& parameter_of(const Workbench& bench, int entry) {
  return bench.candidates()
      .parameters[static_cast<std::size_t>(bench.layout().parameter[static_cast<std::size_t>(entry)])];
}

void begin_at(Workbench& bench, const std::vector<std::pair<int, double>>& place) {
  for (const auto& [entry, value] : place) bench.begin_at(static_cast<std::size_t>(entry), value);
}

// Where all candidates together leave least, of these places and the one that it begins at now.
void begin_at_best(Workbench& bench, Places places) {
  std::vector<std::pair<int, double>> now;
  for (const auto& [entry, value] : places.front())
    now.emplace_back(entry, bench.layout().initial[static_cast<std::size_t>(entry)]);
  places.push_back(now);
  std::vector<std::string> names;
  for (const auto& [entry, value] : now) names.push_back(parameter_of(bench, entry).name);
  bench.tell("scan", fmt::format("{}, {} values", fmt::join(names, " and "), places.size()), 0, 0);
  bench.ahead(places.size(), [&](std::size_t k, Workbench& own) {
    begin_at(own, places[k]);
    fit_of_all(own);
  });
  std::vector<std::pair<int, double>> best = now;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& place : places) {
    begin_at(bench, place);
    const double loss = fit_of_all(bench).loss;
    if (!(loss < least)) continue;
    least = loss;
    best = place;
  }
  begin_at(bench, best);
}

}  // namespace

void begin_at_thresholds(Workbench& bench) {
  const Rule& all = bench.candidates();
  if (!has_thresholds(bench, all) || !bench.objective().traits().fits_all_at_once) return;
  const std::vector<int> entries = threshold_entries(all, bench.layout());
  const auto values_of = [&](int entry) { return first_values(parameter_of(bench, entry), bench.objective()); };
  for (std::size_t a = 0; a < entries.size(); ++a) {
    for (std::size_t b = a + 1; b < entries.size(); ++b) {
      Places grid;
      for (const double of_a : coarse(values_of(entries[a]))) {
        for (const double of_b : coarse(values_of(entries[b])))
          grid.push_back({{entries[a], of_a}, {entries[b], of_b}});
      }
      begin_at_best(bench, grid);
    }
  }
  for (int round = 0; round < (entries.size() > 1 ? 2 : 1); ++round) {
    for (const int e : entries) {
      Places line;
      for (const double value : values_of(e)) line.push_back({{e, value}});
      begin_at_best(bench, line);
    }
  }
}

void settle_thresholds(Workbench& bench, Choice& choice) {
  const FittedRule exact = bench.rule_of(choice.exact);
  if (!has_thresholds(bench, exact.rule)) return;
  bench.tell("scan", "thresholds of the rule", exact.fit_loss, 0.85);
  const FittedRule best = with_scanned_thresholds(exact, scan_of(bench, exact.rule), bench.steps());
  if (!(best.fit_loss <= exact.fit_loss) || best.theta == exact.theta) return;
  choice.exact = bench.remembered(choice.exact, best, bench.options().refit_units);
  choice.without = removals(bench, choice.exact);
  be_certain(bench, choice);
  if (choice.chosen >= choice.path.size()) return;
  PathStep& row = choice.path[choice.chosen];
  row.fitted = bench.rule_of(choice.exact);
  row.validation = bench.score(Part::validation, choice.exact, bench.options().validation_units);
  const auto less = [](const PathStep& a, const PathStep& b) {
    return a.validation.loss.mean < b.validation.loss.mean;
  };
  const std::vector<double> least = std::min_element(choice.path.begin(), choice.path.end(), less)->validation.losses;
  for (PathStep& step : choice.path) step.excess = paired(step.validation.losses, least);
}

void be_certain_of_thresholds(Workbench& bench, Choice& choice) {
  FittedRule exact = bench.rule_of(choice.exact);
  if (!has_thresholds(bench, exact.rule)) return;
  exact.fit_loss = choice.exact.loss;
  bench.tell("scan", "intervals of thresholds", exact.fit_loss, 0.89);
  add_scans(choice.certainty, exact, scan_of(bench, exact.rule), bench.steps());
}

}  // namespace rule_search
