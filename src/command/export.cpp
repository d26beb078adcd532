#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "command/command.hpp"
#include "expression/print.hpp"
#include "episode/document.hpp"
#include "report/record.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string format = "text";
};

int run(const Options& o) {
  const Rule rule = rule_or_result(o.file);
  if (o.format == "text") {
    std::cout << print(rule);
  } else if (o.format == "latex" && is_result(o.file)) {
    std::cout << to_latex(read_result(o.file));
  } else if (o.format == "latex") {
    std::cout << fmt::format(
        "\\begin{{multline*}}\n\\Delta W_{{\\ell}} = {}\n\\end{{multline*}}\n\\begin{{multline*}}\n\\Delta "
        "w_{{ij}} = {}\n\\end{{multline*}}\n",
        latex(rule.dw, rule.parameters), latex_synapse_form(rule.dw, rule.parameters));
  } else {
    nlohmann::json out = {{"rule", rule.name},
                          {"citation", rule.citation},
                          {"formula", "dw = " + print(rule.dw, rule.parameters)},
                          {"synapse", "dw_ij = " + synapse_form(rule.dw, rule.parameters)},
                          {"parameters", nlohmann::json::object()}};
    for (const Parameter& p : rule.parameters)
      out["parameters"][p.name] =
          p.initial.size() == 1 ? nlohmann::json(p.initial[0]) : nlohmann::json(p.initial);
    std::cout << dump(out, 2) << "\n";
  }
  return 0;
}

}  // namespace

void add_export(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("export", "write a rule or a found rule in another form");
  sub->add_option("FILE", o->file, "rule file, or the result.json of a search")->required();
  sub->add_option("--format", o->format, "latex, json or text")
      ->check(CLI::IsMember({"latex", "json", "text"}))
      ->capture_default_str();
  sub->footer("Example:\n  rule-search export rules/f_bio.rule --format latex");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
