#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "expression/candidates.hpp"
#include "expression/print.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "report/estimates.hpp"
#include "report/evidence.hpp"
#include "report/hall_of_fame.hpp"
#include "report/record.hpp"
#include "report/words.hpp"

namespace rule_search {

namespace {

using nlohmann::json;

std::string angles(const Score& s) {
  std::string out;
  for (const Estimate& a : s.alignment)
    out += std::isfinite(a.mean) ? fmt::format("{:6.1f}", a.mean) : fmt::format("{:>6}", "-");
  return out;
}

// A loss that the noise alone is left of has zeros for its first decimals.
std::string significant(const Estimate& e) { return fmt::format("{:.3g} ({:.3g} to {:.3g})", e.mean, e.low, e.high); }

std::string noise_line(const TrajectoryReport& t) {
  std::string out = "Noise     ";
  if (t.weight_scale > 0)
    out += fmt::format("{:.3g} of weights (they change by {:.3g})", t.noise.weights, t.weight_scale);
  if (t.post_scale > 0)
    out += fmt::format("{}{:.3g} of activities (they vary by {:.3g})", t.weight_scale > 0 ? ", " : "", t.noise.post,
                       t.post_scale);
  return out + ": root mean square that the rule leaves";
}

}  // namespace

std::string to_table(const SearchResult& r) {
  std::string out;
  const auto line = [&](const std::string& text = "") { out += text + "\n"; };
  line(fmt::format("Data      {}: {}", r.data_name, r.split));
  const json document = to_json(r, {});  // needs nothing of how the run went
  const Words words = words_of(document);
  if (r.trajectory)
    line(fmt::format("Layer     {} cells before, {} after, {}; seed {}", r.trajectory->before, r.trajectory->after,
                     name(r.trajectory->options.activation), r.options.seed));
  else if (r.goal)
    line(fmt::format("Goal      {}: {} inputs, {} cell{}, {}, {} steps; seed {}", name(r.goal->options.goal),
                     r.goal->options.inputs, r.goal->options.cells, r.goal->options.cells == 1 ? "" : "s",
                     name(r.goal->options.activation), r.goal->options.steps, r.options.seed));
  else
    line(fmt::format("Task      {} ways, {} shots, {} queries; {} feedback; seed {}", r.options.task.ways,
                     r.options.task.shots, r.options.task.queries, name(r.options.feedback), r.options.seed));
  line();
  line(fmt::format("Pruning path ({})", words.validation));
  line(fmt::format("  {:>5}  {:<24} {:<26} {:<26} {:>6}  terms", "size", "loss", words.accuracy, "loss above the best",
                   "score"));
  std::vector<std::size_t> sizes;
  std::vector<double> losses;
  for (auto at = r.path.rbegin(); at != r.path.rend(); ++at) {
    sizes.push_back(terms_of(at->fitted.rule));
    losses.push_back(at->validation.loss.mean);
  }
  const std::vector<double> scores = front_scores(sizes, losses);
  for (std::size_t k = 0; k < r.path.size(); ++k) {
    const PathStep& p = r.path[k];
    std::string names;
    for (const Parameter& q : p.fitted.rule.parameters) names += (names.empty() ? "" : " ") + q.name;
    line(fmt::format("{} {:>5}  {:<24} {:<26} {:<26} {:>6.3f}  {}", k == r.chosen ? "*" : " ", terms_of(p.fitted.rule),
                     !words.tasks ? significant(p.validation.loss) : number(p.validation.loss),
                     percent(p.validation.accuracy),
                     fmt::format("{:+.3f} ({:+.3f} to {:+.3f})", p.excess.mean, p.excess.low, p.excess.high),
                     scores[r.path.size() - 1 - k], names));
  }
  line(fmt::format("  * chosen: {}.", r.why));
  // Names of generated coefficients say nothing.
  std::set<std::string> generated;
  for (const PathStep& p : r.path) {
    for (std::size_t k = 0; k < p.fitted.rule.parameters.size(); ++k) {
      const Parameter& q = p.fitted.rule.parameters[k];
      if (!q.generated || is_time_constant(q) || !generated.insert(q.name).second) continue;
      line(fmt::format("  {:<6} {}", q.name, print(term_of(p.fitted.rule, static_cast<int>(k)), {})));
    }
  }
  line();
  line("Found rule");
  line(fmt::format("  {:<12} {:>12}  {:<26} {:<8} {:<26} {}", "term", "coefficient", "95 % interval", "locality",
                   "without it: test loss", fmt::format("{}, points", words.accuracy)));
  for (const TermReport& t : r.terms) {
    for (std::size_t k = 0; k < t.coefficient.size(); ++k) {
      const bool first = k == 0;
      const auto change = [first](const Estimate& e, double by, int digits, const char* unit) {
        if (!first) return std::string();
        return fmt::format("{:+.{}f}{} ({:+.{}f} to {:+.{}f})", by * e.mean, digits, unit, by * e.low, digits,
                           by * e.high, digits);
      };
      line(fmt::format("  {:<12} {:>12} {:<27} {:<8} {:<26} {}",
                       t.coefficient.size() > 1 ? fmt::format("{}[{}]", t.parameter, k + 1) : t.parameter,
                       shortest(t.coefficient[k]), " (" + ends(t.low[k], t.high[k]) + ")",
                       first ? name(t.locality) : "", change(t.removal_cost, 1, 3, ""),
                       change(t.removal_accuracy, 100, 1, "")));
    }
  }
  for (const TimeConstant& c : r.time_constants) {
    const double seconds = seconds_in(c.unit);
    for (std::size_t k = 0; k < c.value.size(); ++k)
      line(fmt::format("  {:<12} {:>12} {:<27} {}",
                       c.value.size() > 1 ? fmt::format("{}[{}]", c.parameter, k + 1) : c.parameter,
                       fmt::format("{:.6g} {}", c.value[k] / seconds, c.unit),
                       " (" + ends(c.low[k] / seconds, c.high[k] / seconds) + ")", "time constant"));
  }
  line();
  if (!words.tasks) {
    line(fmt::format("{} ({})", words.goal ? "Held-out test worlds" : "Cells of held-out test recordings",
                     r.test.loss.count));
    line(fmt::format("  {:<26} {:<26} {}", "rule", words.accuracy, "loss"));
  } else {
    line(fmt::format("Held-out test episodes ({}), all rules fitted on the same episodes", r.test.loss.count));
    line(fmt::format("  {:<26} {:<26} {:<26} {:<24} angle to W' by layer, degrees", "rule", words.accuracy, "loss",
                     "found above it, points"));
  }
  const auto row = [&](const std::string& what, const Score& s, const std::string& above) {
    out += line_of(fmt::format("  {:<26} {:<26} {:<26} {:<24}{}", what, percent(s.accuracy),
                               !words.tasks ? significant(s.loss) : number(s.loss), above, angles(s)));
  };
  row("found", r.test, "");
  if (r.goal) row("all weights 0", r.goal->silent, "");
  for (const Baseline& b : r.baselines) {
    row(baseline_kind(b.name).title, b.test, points(limited(paired(r.test.accuracies, b.test.accuracies), -1, 1)));
  }
  if (r.test.diverged > 0)
    line(fmt::format("  {} of the {} {} of the found rule blew up", r.test.diverged, r.test.loss.count, words.units));
  const Evidence evidence = evidence_of(document);
  line("  " + evidence.chance);
  for (const std::string& doubt : evidence.doubts) line("  " + doubt);
  line();
  std::string formula = r.formula;
  for (std::size_t at = formula.find('\n'); at != std::string::npos; at = formula.find('\n', at + 1))
    formula.insert(at + 1, "          ");
  line("Formula   " + formula);
  line("Synapse   dw_ij = " + synapse_form(r.found.rule.dw, r.found.rule.parameters));
  for (const State& s : r.found.rule.states)
    line(fmt::format("          next {} = {}", synapse_form(make_variable(Op::state, 0, s.name, s.shape), {}),
                     synapse_form(s.next, r.found.rule.parameters)));
  if (r.trajectory && (r.trajectory->weight_scale > 0 || r.trajectory->post_scale > 0)) line(noise_line(*r.trajectory));
  if (r.trajectory && r.trajectory->fitted_first_weights > 0)
    line(fmt::format("          {} first weights that {} were fitted with the rule", r.trajectory->fitted_first_weights,
                     r.trajectory->options.fit_initial_weights ? "are taken for noisy" : "were not recorded"));
  line(fmt::format("{} {} in {:.0f} s", r.episodes, !words.tasks ? "simulations" : "episodes", r.seconds));
  return out;
}

}  // namespace rule_search
