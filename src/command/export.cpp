#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "expression/print.hpp"
#include "report/figure.hpp"
#include "report/latex.hpp"
#include "report/page/page.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string format = "text";
  std::size_t select = 0;
  bool schema = false;
};

// A rule of the front, which has no terms table of its own, or a rule file.
std::string latex_snippet(const Rule& rule) {
  std::string out;
  const auto equation = [&](const std::string& left, const std::string& right) {
    out += fmt::format("\\begin{{multline*}}\n{} = {}\n\\end{{multline*}}\n", left, right);
  };
  equation("\\Delta W_{\\ell}", latex(rule.dw, rule.parameters));
  for (const State& s : rule.states)
    equation(latex_becomes(latex(make_variable(Op::state, 0, s.name, s.shape), {})), latex(s.next, rule.parameters));
  equation("\\Delta w_{ij}", latex_synapse_form(rule.dw, rule.parameters));
  for (const State& s : rule.states)
    equation(latex_becomes(latex_synapse_form(make_variable(Op::state, 0, s.name, s.shape), {})),
             latex_synapse_form(s.next, rule.parameters));
  return out;
}

nlohmann::json document_of(const Rule& rule) {
  nlohmann::json out = {{"rule", rule.name},
                        {"citation", rule.citation},
                        {"formula", formula(rule)},
                        {"synapse", "dw_ij = " + synapse_form(rule.dw, rule.parameters)},
                        {"parameters", nlohmann::json::object()}};
  for (const Parameter& p : rule.parameters)
    out["parameters"][p.name] = p.initial.size() == 1 ? nlohmann::json(p.initial[0]) : nlohmann::json(p.initial);
  for (const State& s : rule.states)
    out["states"][s.name] = {{"initial", s.initial},
                             {"next", print(s.next, rule.parameters)},
                             {"synapse", synapse_form(s.next, rule.parameters)}};
  return out;
}

/// What is exported: a rule, and where it is the reported one of a search its result.
struct Exported {
  Rule rule;
  const Result* result = nullptr;  ///< null of a rule file
  bool reported = false;           ///< whether it is the rule that the search reports
  std::size_t terms = 0;           ///< of the front's rule that was asked for; 0 for the reported one
};

std::string html(const Exported& e) {
  const Drawn drawn = draw(figures(*e.result));
  if (!drawn.gnuplot_found) std::cerr << "the plots are missing, " << how_to_get_plots << "\n";
  return to_html(*e.result, drawn.svg, e.reported ? 0 : e.terms);
}

/// A form that rules are written in. Another one is another row.
struct Exporter {
  const char* name;
  const char* meaning;
  bool of_results_alone;
  std::string (*write)(const Exported& exported);
};

const std::vector<Exporter>& exporters() {
  static const std::vector<Exporter> rows = {
      {"text", "a rule file", false, [](const Exported& e) { return print(e.rule); }},
      {"latex", "for a paper", false,
       [](const Exported& e) { return e.reported ? to_latex(*e.result) : latex_snippet(e.rule); }},
      {"json", "formula, parameters and states", false,
       [](const Exported& e) { return dump(document_of(e.rule), 2) + "\n"; }},
      {"html", "the page of a search", true, html},
  };
  return rows;
}

int run(const Options& o) {
  if (o.schema) {
    std::cout << dump(result_schema(), 2) << "\n";
    return 0;
  }
  if (o.file.empty()) throw CLI::RequiredError("FILE");
  const auto& rows = exporters();
  const Exporter& exporter =
      *std::find_if(rows.begin(), rows.end(), [&](const Exporter& e) { return o.format == e.name; });
  const bool found = is_result(o.file);
  if (!found && (o.select > 0 || exporter.of_results_alone))
    throw InputError(fmt::format("{}: {}, and this is a rule\n  hint: give the result.json of a run's folder", o.file,
                                 o.select > 0 ? "--select chooses from the front of a search"
                                              : fmt::format("{} is a report of a search", exporter.name)));
  Exported exported;
  std::optional<Result> result;
  if (found) {
    result = read_result(o.file);
    exported.result = &*result;
    exported.reported = true;
    exported.terms = o.select;
  }
  exported.rule = found ? check_rule(source_of(o.file + ": rule_text", result->rule_text)) : rule_or_result(o.file);
  if (o.select > 0) {
    const result::FrontRule& row = front_rule(*result, o.select, o.file);
    // The reported rule is the one with rounded coefficients.
    exported.reported = row.chosen;
    if (!row.chosen) exported.rule = check_rule(source_of(o.file + ": rule_text", row.rule_text));
  }
  std::cout << exporter.write(exported);
  return 0;
}

}  // namespace

Action prepare_export(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("FILE", o->file, "rule file, or the result.json of a search");
  std::vector<std::string> names;
  std::string meanings;
  for (const Exporter& exporter : exporters()) {
    names.emplace_back(exporter.name);
    meanings += fmt::format("{}{} ({})", meanings.empty() ? "" : ", ", exporter.name, exporter.meaning);
  }
  sub.add_option("--format", o->format, meanings)->check(CLI::IsMember(names))->capture_default_str();
  sub.add_option("--select", o->select, "of a result: the front's rule of so many terms, not the reported one")
      ->check(CLI::Range(1, 100000));
  sub.add_flag("--schema", o->schema, "the JSON Schema of result.json, in place of a rule");
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
