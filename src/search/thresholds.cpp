#include "search/thresholds.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

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

}  // namespace

void begin_at_thresholds(Workbench& bench) {
  const Rule& all = bench.candidates();
  if (!has_thresholds(bench, all) || !bench.objective().traits().fits_all_at_once) return;
  const std::vector<int> entries = threshold_entries(all, bench.layout());
  for (int round = 0; round < (entries.size() > 1 ? 2 : 1); ++round) {
    for (const int e : entries) {
      const auto entry = static_cast<std::size_t>(e);
      const Parameter& p = all.parameters[static_cast<std::size_t>(bench.layout().parameter[entry])];
      std::vector<double> values = first_values(p, bench.objective());
      const double given = bench.layout().initial[entry];
      values.push_back(given);
      bench.ahead(values.size(), [&](std::size_t k, Workbench& own) {
        own.begin_at(entry, values[k]);
        fit_of_all(own);
      });
      double best = given;
      double least = std::numeric_limits<double>::infinity();
      for (const double value : values) {
        bench.begin_at(entry, value);
        bench.tell("scan", fmt::format("{} = {:.4g}", p.name, value), 0, 0);
        const double loss = fit_of_all(bench).loss;
        if (!(loss < least)) continue;
        least = loss;
        best = value;
      }
      bench.begin_at(entry, best);
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
}

void be_certain_of_thresholds(Workbench& bench, Choice& choice) {
  FittedRule exact = bench.rule_of(choice.exact);
  if (!has_thresholds(bench, exact.rule)) return;
  exact.fit_loss = choice.exact.loss;
  bench.tell("scan", "intervals of thresholds", exact.fit_loss, 0.89);
  add_scans(choice.certainty, exact, scan_of(bench, exact.rule), bench.steps());
}

}  // namespace rule_search
