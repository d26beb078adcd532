#include "report/fit_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "expression/print.hpp"
#include "report/numbers.hpp"
#include "report/own_values.hpp"
#include "report/result_fields.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

// A document has no place for what is no number; an angle of no direction is left out as null.
json number(double x) { return std::isfinite(x) ? json(x) : json(nullptr); }

json estimates(const std::vector<Estimate>& list) {
  json out = json::array();
  for (const Estimate& e : list)
    out.push_back({{"mean", number(e.mean)}, {"interval", json::array({number(e.low), number(e.high)})}});
  return out;
}

json full_score_json(const Score& s) {
  return {{"loss", s.loss.mean},
          {"loss_interval", json::array({s.loss.low, s.loss.high})},
          {"accuracy", s.accuracy.mean},
          {"accuracy_interval", json::array({s.accuracy.low, s.accuracy.high})},
          {"episodes", s.loss.count},
          {"diverged", s.diverged},
          {"angles", estimates(s.alignment)},
          {"orthonormality", estimates(s.orthonormality)}};
}

json parameters_json(const CoefficientFit& f) {
  json out = json::array();
  for (const FittedEntry& e : f.entries) {
    json row = {{"name", e.name}, {"value", e.value}, {"fixed", e.fixed}};
    if (!e.fixed) {
      row["interval"] = json::array({number(e.low), number(e.high)});
      if (f.description.coefficient_intervals.empty())
        row["bootstrap_interval"] = json::array({number(e.bootstrap_low), number(e.bootstrap_high)});
      row["at_bound"] = e.at_bound;
      if (e.at_limit) row["at_limit"] = true;
      if (!e.has_slope) row["has_slope"] = false;
      if (!e.determined) row["determined"] = false;
    }
    out.push_back(std::move(row));
  }
  if (!f.entries.empty()) return out;
  // Adam ends where its steps end, not at an optimum, and has no such intervals.
  for (std::size_t k = 0; k < f.names.size(); ++k) out.push_back({{"name", f.names[k]}, {"value", f.fitted.theta[k]}});
  return out;
}

// An empty field where there is no number: what spreadsheets and plots take for missing.
std::string field(double x) { return std::isfinite(x) ? fmt::format("{:.9g}", x) : ""; }

std::string interval_column(const FittedEntry& e) {
  if (e.at_limit) return "    not determined: longer than these data can tell";
  if (!e.has_slope) return "    not determined: no slope, the loss doesn't change with it";
  if (!e.determined) return "    not determined";
  return std::isnan(e.low) ? "" : "    " + ends_or_unknown(e.low, e.high);
}

std::string chi_squared_line(const ChiSquared& c, const std::string& units) {
  const std::string of = fmt::format("  chi squared  {:.4g} of the {} that it was fitted to", c.value, units);
  return c.degrees > 0 ? fmt::format("{}, with {:.0f} degrees of freedom, p = {:.2g}\n", of, c.degrees, c.p)
                       : fmt::format("{}, with no degree of freedom left\n", of);
}

}  // namespace

json to_json(const CoefficientFit& f, const result::Program& program) {
  const CoefficientFitOptions& o = f.options;
  json out;
  out["schema"] = 2;
  out["kind"] = "fit";
  out["program"] = {{"name", program.name},
                    {"version", program.version},
                    {"compiler", program.compiler},
                    {"processor_path", program.processor_path}};
  out["rule"] = f.fitted.rule.name;
  out["citation"] = f.fitted.rule.citation;
  out["rule_text"] = print(f.fitted.rule);
  out["objective"] = f.description.name;
  for (std::size_t k = 0; k < f.names.size(); ++k) out["theta"][f.names[k]] = f.fitted.theta[k];
  out["parameters"] = parameters_json(f);
  out["fixed"] = json::array();
  for (int k : o.fixed) out["fixed"].push_back(f.names[static_cast<std::size_t>(k)]);
  out["method"] = o.method == FitMethod::adam ? "adam" : o.method == FitMethod::fresh ? "fresh" : "trust-region";
  if (o.method == FitMethod::adam) {
    std::size_t skipped = 0;
    for (const FitStep& s : f.steps) skipped += s.skipped;
    out["adam"] = {{"steps", o.steps},   {"learning_rate", o.learning_rate}, {"l1", o.l1}, {"clip", o.clip},
                   {"skipped", skipped}, {"history_every", o.history_every}};
  } else {
    out[o.method == FitMethod::fresh ? "fresh" : "trust_region"] = {
        {"fit_episodes", o.fit_units}, {"iterations", o.iterations}, {"fit_loss", f.fitted.fit_loss}};
  }
  out["history"] = json::array();
  for (const FitPoint& p : f.history) {
    json point = full_score_json(p.score);
    point["iteration"] = p.iteration;
    point["theta"] = p.theta;
    out["history"].push_back(point);
  }
  out["history_part"] = name(o.history_part);
  out["held_out"] = full_score_json(f.test);
  out["held_out"]["units"] = f.test.loss.count;
  if (f.description.measure_key != "accuracy") {
    out["held_out"][f.description.measure_key] = out["held_out"]["accuracy"];
    out["held_out"][f.description.measure_key + "_interval"] = out["held_out"]["accuracy_interval"];
  }
  if (f.chi_squared)
    out["chi_squared"] = {{"rule", f.chi_squared->value},
                          {"degrees_of_freedom", f.chi_squared->degrees},
                          {"p", number(f.chi_squared->p)}};
  if (f.own_values) out["own_values"] = written(document_of(*f.own_values));
  out["setting"] = json::parse(f.description.setting);
  out["setting"]["precision"] = f.description.precision;
  out["data"] = {
      {"name", f.description.data_name}, {"hash", f.description.data_hash}, {"split", f.description.data_split}};
  out["seed"] = o.seed;
  out["run"] = {{"episodes", f.runs}, {"seconds", f.seconds}};
  out["intervals"] =
      fmt::format("95 %: of scores by {} over {}, given the split and the coefficients; of coefficients {}",
                  intervals_of_scores(f.test), f.description.units, intervals_of_coefficients(f.description));
  return out;
}

std::string to_table(const CoefficientFit& f) {
  const Description& d = f.description;
  std::string out = fmt::format("{} on {}{}: {}\n", f.fitted.rule.name, d.data_name,
                                d.context.empty() ? "" : ", " + d.context, d.data_split);
  const bool intervals = !f.entries.empty();
  out += fmt::format("  coefficient       start        fitted{}\n", intervals ? "    95 % interval" : "");
  for (std::size_t k = 0; k < f.names.size(); ++k) {
    const bool fixed =
        std::find(f.options.fixed.begin(), f.options.fixed.end(), static_cast<int>(k)) != f.options.fixed.end();
    const std::string after = fixed ? "  fixed" : intervals ? interval_column(f.entries[k]) : "";
    out += fmt::format("  {:<12} {:>10.4g}    {:>10.4g}{}{}\n", f.names[k], f.options.start[k], f.fitted.theta[k],
                       after, intervals && f.entries[k].at_bound ? "  at a bound" : "");
  }
  const auto scored = [&](const std::string& what, const Score& s) {
    out += fmt::format("  {:<12} loss {}  {} {}\n", what, loss_text(s.loss.mean, interval_of(s.loss)), d.measure,
                       percent(s.accuracy));
    if (s.diverged > 0) out += fmt::format("  {:<12} {} {} diverged and count as chance\n", "", s.diverged, d.units);
  };
  scored("start", f.history.front().score);
  scored("end", f.history.back().score);
  scored("test", f.test);
  if (f.chi_squared) out += chi_squared_line(*f.chi_squared, d.units);
  if (f.own_values) out += own_values_table(document_of(*f.own_values)).substr(1);
  const auto skipped = std::count_if(f.steps.begin(), f.steps.end(), [](const FitStep& s) { return s.skipped; });
  if (skipped > 0)
    out += fmt::format("  {} of {} steps were skipped: their {}, or its gradient, was not finite\n", skipped,
                       f.steps.size(), d.unit);
  return out;
}

std::string history_csv(const CoefficientFit& f) {
  std::string out = "iteration,loss,loss_low,loss_high,accuracy,accuracy_low,accuracy_high,diverged";
  for (const std::string& n : f.names) out += "," + n;
  const Score& first = f.history.front().score;
  for (std::size_t l = 0; l < first.alignment.size(); ++l) out += fmt::format(",angle_{}", l);
  // By the number of the connection, which in a chain is the layer after it.
  for (std::size_t l = 0; l < first.orthonormality.size(); ++l) out += fmt::format(",orthonormality_{}", l + 1);
  out += "\n";
  for (const FitPoint& p : f.history) {
    const Score& s = p.score;
    out +=
        fmt::format("{},{},{},{},{},{},{},{}", p.iteration, field(s.loss.mean), field(s.loss.low), field(s.loss.high),
                    field(s.accuracy.mean), field(s.accuracy.low), field(s.accuracy.high), s.diverged);
    for (double t : p.theta) out += "," + field(t);
    // Where all episodes diverged there are no angles, but the columns stay.
    for (std::size_t l = 0; l < first.alignment.size(); ++l)
      out += "," + (l < s.alignment.size() ? field(s.alignment[l].mean) : "");
    for (std::size_t l = 0; l < first.orthonormality.size(); ++l)
      out += "," + (l < s.orthonormality.size() ? field(s.orthonormality[l].mean) : "");
    out += "\n";
  }
  return out;
}

std::string steps_csv(const CoefficientFit& f) {
  std::string out = "iteration,loss,accuracy,skipped";
  for (const std::string& n : f.names) out += "," + n;
  out += "\n";
  for (std::size_t k = 0; k < f.steps.size(); ++k) {
    const FitStep& s = f.steps[k];
    out += s.skipped ? fmt::format("{},,,1", k) : fmt::format("{},{},{},0", k, field(s.loss), field(s.accuracy));
    for (double t : s.theta) out += "," + field(t);
    out += "\n";
  }
  return out;
}

void write_fit(const CoefficientFit& fit, const result::Program& program, const std::filesystem::path& folder) {
  write_file(folder / "rule.rule", print(fit.fitted.rule));
  write_file(folder / "history.csv", history_csv(fit));
  if (!fit.steps.empty()) write_file(folder / "steps.csv", steps_csv(fit));
  // Last: where fit.json stands, the folder is complete.
  write_file(folder / "fit.json", dump(to_json(fit, program), 2) + "\n");
}

}  // namespace rule_search
