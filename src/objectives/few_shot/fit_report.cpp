#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "expression/print.hpp"
#include "report/record.hpp"

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

json score_json(const Score& s) {
  return {{"loss", s.loss.mean},
          {"loss_interval", json::array({s.loss.low, s.loss.high})},
          {"accuracy", s.accuracy.mean},
          {"accuracy_interval", json::array({s.accuracy.low, s.accuracy.high})},
          {"episodes", s.loss.count},
          {"diverged", s.diverged},
          {"angles", estimates(s.alignment)},
          {"orthonormality", estimates(s.orthonormality)}};
}

const char* name(Part part) {
  return part == Part::search ? "search" : part == Part::validation ? "validation" : "test";
}

// An empty field where there is no number: what spreadsheets and plots take for missing.
std::string field(double x) { return std::isfinite(x) ? fmt::format("{:.9g}", x) : ""; }

}  // namespace

json to_json(const CoefficientFit& f) {
  const CoefficientFitOptions& o = f.options;
  json out;
  out["schema"] = 1;
  out["kind"] = "fit";
  out["program"] = program_json();
  out["rule"] = f.fitted.rule.name;
  out["citation"] = f.fitted.rule.citation;
  out["rule_text"] = print(f.fitted.rule);
  for (std::size_t k = 0; k < f.names.size(); ++k) out["theta"][f.names[k]] = f.fitted.theta[k];
  out["fixed"] = json::array();
  for (int k : o.fixed) out["fixed"].push_back(f.names[static_cast<std::size_t>(k)]);
  out["method"] = o.method == FitMethod::adam ? "adam" : "trust-region";
  if (o.method == FitMethod::adam) {
    std::size_t skipped = 0;
    for (const FitStep& s : f.steps) skipped += s.skipped;
    out["adam"] = {{"steps", o.steps},   {"learning_rate", o.learning_rate}, {"l1", o.l1}, {"clip", o.clip},
                   {"skipped", skipped}, {"history_every", o.history_every}};
  } else {
    out["trust_region"] = {
        {"fit_episodes", o.fit_episodes}, {"iterations", o.iterations}, {"fit_loss", f.fitted.fit_loss}};
  }
  out["history"] = json::array();
  for (const FitPoint& p : f.history) {
    json point = score_json(p.score);
    point["iteration"] = p.iteration;
    point["theta"] = p.theta;
    out["history"].push_back(point);
  }
  out["history_part"] = name(o.history_part);
  out["held_out"] = score_json(f.test);
  out["setting"] = {{"feedback", name(o.feedback)}, {"layers", o.network.layers}, {"beta", o.network.beta},
                    {"ways", o.task.ways},          {"shots", o.task.shots},      {"queries", o.task.queries},
                    {"precision", "single"}};
  out["data"] = {{"name", f.data_name}, {"hash", f.data_hash}, {"split", f.split}};
  out["seed"] = o.seed;
  out["run"] = {{"episodes", f.episodes}, {"seconds", f.seconds}};
  out["intervals"] = "95 %, by Student's t over episodes, given the split and the coefficients";
  return out;
}

std::string history_csv(const CoefficientFit& f) {
  std::string out = "iteration,loss,loss_low,loss_high,accuracy,accuracy_low,accuracy_high,diverged";
  for (const std::string& n : f.names) out += "," + n;
  const Score& first = f.history.front().score;
  for (std::size_t l = 0; l < first.alignment.size(); ++l) out += fmt::format(",angle_{}", l);
  // By the layer after the connection, as the angles.
  for (std::size_t l = 0; l < first.orthonormality.size(); ++l) out += fmt::format(",orthonormality_{}", l + 1);
  out += "\n";
  for (const FitPoint& p : f.history) {
    const Score& s = p.score;
    out +=
        fmt::format("{},{},{},{},{},{},{},{}", p.iteration, field(s.loss.mean), field(s.loss.low), field(s.loss.high),
                    field(s.accuracy.mean), field(s.accuracy.low), field(s.accuracy.high), s.diverged);
    for (double t : p.theta) out += "," + field(t);
    // Where all episodes blew up there are no angles, but the columns stay.
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

void write_run(const CoefficientFit& fit, const std::filesystem::path& folder) {
  write_file(folder / "rule.rule", print(fit.fitted.rule));
  write_file(folder / "history.csv", history_csv(fit));
  if (!fit.steps.empty()) write_file(folder / "steps.csv", steps_csv(fit));
  // Last: where fit.json stands, the folder is complete.
  write_file(folder / "fit.json", dump(to_json(fit), 2) + "\n");
}

}  // namespace rule_search
