#include "report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "expression/candidates.hpp"
#include "expression/print.hpp"
#include "report/numbers.hpp"
#include "report/own_values.hpp"
#include "report/sentences.hpp"

namespace rule_search {

namespace {

std::string angles(const std::vector<result::Mean>& layers) {
  std::string out;
  for (const result::Mean& a : layers)
    out += std::isfinite(a.mean) ? fmt::format("{:6.1f}", a.mean) : fmt::format("{:>6}", "-");
  return out;
}

// Rows of cells under each other, every column as wide as its widest cell: 'l' for columns that begin at the left, 'r' for
// those that end at the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::string& sides) {
  std::vector<std::size_t> widths(sides.size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c)
      line += (c == 0 ? "" : "  ") +
              (sides[c] == 'l' ? fmt::format("{:<{}}", row[c], widths[c]) : fmt::format("{:>{}}", row[c], widths[c]));
    out += line_of(line);
  }
  return out;
}

// Names that no line of a terminal has room for say nothing; hall_of_fame.csv has all formulas.
bool are_named(const std::vector<std::string>& parameters) {
  constexpr std::size_t most = 8;
  return parameters.size() <= most;
}

std::string choice_table(const Result& r) {
  if (!r.choice) return "";
  std::vector<std::vector<std::string>> rows = {{"  terms", "step", "loss changes by", ""}};
  for (const result::Choice& c : *r.choice) {
    const bool first = c.step == "least loss";
    rows.push_back(
        {fmt::format("  {:>5}", c.terms), words_of(c), first ? "" : loss_change(c.change, c.interval), c.verdict});
  }
  return fmt::format("\nHow it was chosen (loss on {})\n", r.words.validation_units) + aligned(rows, "llll");
}

std::string path_table(const Result& r) {
  std::string out = fmt::format("Pruning path ({})\n", r.words.validation_units);
  std::vector<std::vector<std::string>> rows = {
      {"  size", "loss", r.words.measure_column, "loss above the best", "score", "terms"}};
  for (std::size_t k = 0; k < r.path.size(); ++k) {
    const result::Step& p = r.path[k];
    const result::FrontRule& f = r.front.at(r.front.size() - 1 - k);
    rows.push_back({fmt::format("{} {:>4}", p.chosen ? "*" : " ", f.complexity),
                    loss_text(p.score.loss, p.score.loss_interval), percent(p.score.measure, p.score.measure_interval),
                    loss_change(p.excess.mean, p.excess.interval), fmt::format("{:.3f}", f.gain),
                    are_named(p.parameters) ? fmt::format("{}", fmt::join(p.parameters, " "))
                                            : fmt::format("{} of the candidates", p.parameters.size())});
  }
  out += aligned(rows, "llllrl");
  if (!r.choice) {
    out += "  * chosen:\n";
    for (const std::string& reason : reasons(r)) out += fmt::format("    - {}\n", reason);
  }
  // Names of generated coefficients say nothing.
  std::set<std::string> unexplained(r.generated.begin(), r.generated.end());
  const Rule candidates = check_rule({"candidate_rule", r.candidate_rule});
  for (const result::Step& p : r.path) {
    if (!are_named(p.parameters)) continue;
    for (const std::string& name : p.parameters) {
      const int index = candidates.parameter_index(name);
      if (unexplained.erase(name) > 0 && index >= 0)
        out += fmt::format("  {:<6} {}\n", name, text_of_term(candidates, index, {}));
    }
  }
  return out;
}

std::string term_table(const Result& r) {
  if (r.terms.empty()) return "  none: no term is left\n";
  const auto numbered = [](const std::string& name, std::size_t k, std::size_t of) {
    return of > 1 ? fmt::format("{}[{}]", name, k + 1) : name;
  };
  std::vector<std::vector<std::string>> rows = {{"  term", "coefficient", "95 % interval", "locality",
                                                 "without it: test loss",
                                                 fmt::format("{}, points", r.words.measure_column)}};
  for (const result::Term& t : r.terms) {
    const std::vector<double>& values = t.coefficient.values;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const bool first = k == 0;
      rows.push_back({"  " + numbered(label(t), k, values.size()), shortest(values[k]),
                      "(" + ends_or_unknown(t.interval[0].values[k], t.interval[1].values[k]) + ")",
                      first ? name(t.locality) : "", first ? loss_change(t.removal_cost, t.removal_cost_interval) : "",
                      first ? points(t.removal_measure, t.removal_measure_interval) : ""});
    }
  }
  for (const result::ShapeParameter& s : r.all_shapes()) {
    const auto shown = [&](double value) { return in_unit(value, s.written_in); };
    for (std::size_t k = 0; k < s.value.values.size(); ++k)
      rows.push_back({"  " + numbered(s.parameter, k, s.value.values.size()), shape_value(s, k),
                      "(" + ends_or_unknown(shown(s.interval[0].values[k]), shown(s.interval[1].values[k])) + ")",
                      kind_of(s), "", ""});
  }
  return aligned(rows, "lrllll");
}

std::string test_table(const Result& r) {
  const auto baselines = r.baselines_in_order();
  const bool fitted =
      std::any_of(baselines.begin(), baselines.end(), [](const auto& b) { return !b.second->angles.empty(); });
  std::string out = fmt::format("Held-out {} ({}){}\n", r.words.test_units, r.held_out.units,
                                fitted ? fmt::format(", all rules fitted on the same {}", r.words.units) : "");
  std::vector<std::vector<std::string>> rows = {{"  rule", r.words.measure_column, "loss",
                                                 baselines.empty() ? "" : "found above it, points",
                                                 r.angles.empty() ? "" : "angle to W' by layer, degrees"}};
  const auto row = [&](const std::string& what, const result::Score& s, const std::string& above,
                       const std::vector<result::Mean>& layers) {
    rows.push_back({"  " + what, percent(s.measure, s.measure_interval), loss_text(s.loss, s.loss_interval), above,
                    angles(layers)});
  };
  row("found", r.held_out, "", r.angles);
  for (const auto& [name, b] : baselines) {
    const auto difference = r.measure_difference.find(name);
    row(b->title.empty() ? name : b->title, b->score,
        difference == r.measure_difference.end() ? "" : points(difference->second.mean, difference->second.interval),
        b->angles);
  }
  out += aligned(rows, "lllll");
  if (r.held_out.diverged > 0)
    out += fmt::format("  {} of the {} {} of the found rule diverged\n", r.held_out.diverged, r.held_out.units,
                       r.words.units);
  if (r.chance && !r.chance->text.empty()) out += "  " + r.chance->text + "\n";
  for (const std::string& doubt : doubts(r)) out += "  " + doubt + "\n";
  return out;
}

std::string formulas(const Result& r) {
  std::string formula = r.formula;
  for (std::size_t at = formula.find('\n'); at != std::string::npos; at = formula.find('\n', at + 1))
    formula.insert(at + 1, "          ");
  const Rule rule = check_rule({"rule_text", r.rule_text});
  std::string out = "Formula   " + formula + "\n";
  out += "Synapse   dw_ij = " + synapse_form(rule.dw, rule) + "\n";
  for (const State& s : declared_states(rule))
    out += fmt::format("          next {} = {}\n", synapse_form(make_variable(Op::state, 0, s.name, s.shape), {}),
                       synapse_form(s.next, rule));
  return out;
}

// Characters, of UTF-8.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string aligned(const Table& t) {
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> rows = {t.columns};
  rows.insert(rows.end(), t.rows.begin(), t.rows.end());
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], width_of(row[k]));
  }
  std::string out = "\n" + t.title + "\n";
  for (const std::vector<std::string>& row : rows) {
    std::string line = " ";
    for (std::size_t k = 0; k < row.size(); ++k) {
      line += " " + row[k];
      if (k + 1 < row.size()) line += std::string(widths[k] - width_of(row[k]) + 1, ' ');
    }
    out += line + "\n";
  }
  if (!t.note.empty()) out += "  " + t.note + "\n";
  return out;
}

}  // namespace

std::string to_table(const Result& r) {
  std::string out = fmt::format("{:<9} {}: {}\n", "Data", r.data.name, r.data.split);
  out += fmt::format("{:<9} {}; seed {}\n\n", r.words.headline.name, r.words.headline.text, r.seed);
  out += path_table(r) + choice_table(r) + "\nFound rule\n" + term_table(r) + "\n" + test_table(r) +
         (r.own_values ? own_values_table(*r.own_values) : "");
  for (const Table& t : r.tables.value_or(std::vector<Table>())) out += aligned(t);
  out += "\n" + formulas(r);
  for (const result::Fact& f : r.words.facts) out += fmt::format("{:<9} {}\n", f.name, f.text);
  return out + fmt::format("{} {} in {:.0f} s\n", r.runs, r.words.runs, r.run.seconds);
}

}  // namespace rule_search
