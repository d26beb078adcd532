#include "report/stability.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::vector<std::string> files;
  bool as_json = false;
};

int run(const Options& o) {
  std::vector<std::pair<std::string, Result>> results;
  for (const std::string& path : o.files) results.emplace_back(path, read_result(path));
  const Stability s = stability(results);
  std::cout << (o.as_json ? dump(to_json(s), 2) + "\n" : to_table(s));
  return 0;
}

}  // namespace

void add_stability(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(
      "stability", "how often each term is found by searches of the same candidates with different seeds");
  sub->add_option("RESULT", o->files, "result.json of each search")->required();
  sub->add_flag("--json", o->as_json, "print one JSON document");
  sub->footer(
      "Example:\n"
      "  rule-search search rules/f_bio.rule --seed 1 --out runs/seed-1\n"
      "  rule-search search rules/f_bio.rule --seed 2 --out runs/seed-2\n"
      "  rule-search stability runs/seed-1/result.json runs/seed-2/result.json");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
