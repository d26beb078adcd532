#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/named.hpp"
#include "command/command.hpp"
#include "report/exporters.hpp"
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

int run(const Options& o) {
  if (o.schema) {
    std::cout << dump(result_schema(), 2) << "\n";
    return 0;
  }
  if (o.file.empty()) throw CLI::RequiredError("FILE");
  const Exporter& exporter = *row_named(exporters(), o.format);
  const bool found = is_result(o.file);
  if (!found && (o.select > 0 || exporter.of_results_alone))
    throw InputError(fmt::format("{}: {}, and this is a rule\n  hint: give the result.json of a run's folder", o.file,
                                 o.select > 0 ? "--select chooses from the front of a search"
                                              : fmt::format("{} is a report of a search", exporter.name)));
  Exported exported;
  exported.note = [](const std::string& text) { std::cerr << text << "\n"; };
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
  std::string meanings;
  for (const Exporter& exporter : exporters())
    meanings += fmt::format("{}{} ({})", meanings.empty() ? "" : ", ", exporter.name, exporter.meaning);
  sub.add_option("--format", o->format, meanings)->check(CLI::IsMember(names_of(exporters())))->capture_default_str();
  sub.add_option("--select", o->select, "of a result: the front's rule of so many terms, not the reported one")
      ->check(CLI::Range(1, 100000));
  sub.add_flag("--schema", o->schema, "the JSON Schema of result.json, in place of a rule");
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
