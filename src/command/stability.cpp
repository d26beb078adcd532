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

Action prepare_stability(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("RESULT", o->files, "result.json of each search")->required();
  add_json(sub, o->as_json);
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
