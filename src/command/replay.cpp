#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "objectives/list.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string rule;
  std::string precision = "double";
  bool as_json = false;
};

int run(const Options& o) {
  const nlohmann::json document = read_document(o.file, "a recorded episode (JSON)", recorded_limits);
  const auto kinds = objective_kinds();
  const ObjectiveKind* reader = kinds.front().get();  // which tells what is missing
  for (const auto& kind : kinds) {
    if (kind->has_recorded(document)) reader = kind.get();
  }
  const Replayed out =
      reader->replay(document, o.file, {o.rule, o.precision == "double" ? Precision::float64 : Precision::float32});
  std::cout << (o.as_json ? out.document + "\n" : out.text);
  return 0;
}

}  // namespace

Action prepare_replay(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("EPISODE", o->file, "recorded episode or session (JSON)")->required();
  sub.add_option("--rule", o->rule, "rule file; not needed where the recorded file has a rule");
  sub.add_option("--precision", o->precision, "double or single")
      ->check(CLI::IsMember({"double", "single"}))
      ->capture_default_str();
  sub.add_flag("--json", o->as_json, "print one JSON document with all values");
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
