#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "expression/print.hpp"
#include "report/figure.hpp"
#include "report/reading.hpp"
#include "report/record.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string format = "text";
  std::size_t select = 0;
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

int run(const Options& o) {
  const bool found = is_result(o.file);
  if (!found && o.select > 0)
    throw InputError(
        fmt::format("{}: --select chooses from the front of a search, and this is a rule\n  hint: give "
                    "the result.json of a run's folder",
                    o.file));
  if (!found && o.format == "html")
    throw InputError(
        fmt::format("{}: html is a report of a search, and this is a rule\n  hint: give the "
                    "result.json of a run's folder",
                    o.file));
  Rule rule = rule_or_result(o.file);
  nlohmann::json result;
  bool reported = found;
  if (found) result = read_result(o.file);
  if (o.select > 0) {
    const FrontRow row = front_row(result, o.select, o.file);
    // The reported rule is the one with rounded coefficients.
    reported = row.chosen;
    if (!reported) rule = check_rule(source_of(o.file + ": rule_text", row.rule_text));
  }
  if (o.format == "text") {
    std::cout << print(rule);
  } else if (o.format == "html") {
    const Drawn drawn = draw(figures(result));
    std::cout << to_html(result, drawn.svg, reported ? 0 : o.select);
    if (!drawn.gnuplot_found) std::cerr << "the plots are missing, " << how_to_get_plots << "\n";
  } else if (o.format == "latex" && reported) {
    std::cout << to_latex(result);
  } else if (o.format == "latex") {
    std::cout << latex_snippet(rule);
  } else {
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
    std::cout << dump(out, 2) << "\n";
  }
  return 0;
}

}  // namespace

void add_export(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("export", "write a rule or a found rule in another form");
  sub->add_option("FILE", o->file, "rule file, or the result.json of a search")->required();
  sub->add_option("--format", o->format, "latex, json, text or html")
      ->check(CLI::IsMember({"latex", "json", "text", "html"}))
      ->capture_default_str();
  sub->add_option("--select", o->select, "of a result: the front's rule of so many terms, not the reported one")
      ->check(CLI::Range(1, 100000));
  sub->footer("Example:\n  rule-search export rules/f_bio.rule --format latex");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
