#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "report/record.hpp"
#include "run/search_run.hpp"

namespace rule_search::command {

namespace {

using nlohmann::json;

struct Options {
  std::string result, data;
  std::string out = "runs/rerun";
  int threads = 0;
};

// Where two results differ, as paths of their documents; all but what differs from run to run.
std::vector<std::string> differences(json before, json after) {
  for (json* document : {&before, &after}) {
    document->erase("run");
    document->erase("transfer");
  }
  std::vector<std::string> out;
  for (const json& change : json::diff(before, after)) {
    const json::json_pointer at(change["path"].get<std::string>());
    out.push_back(fmt::format("{}: {}, was {}", at.to_string(),
                              after.contains(at) ? described(after.at(at)) : "nothing",
                              before.contains(at) ? described(before.at(at)) : "nothing"));
  }
  return out;
}

int run(const Options& o) {
  const json before = read_result(o.result);
  for (const char* key : {"options", "source"}) {
    if (!before.contains(key))
      throw InputError(fmt::format(
          "{}: {}: expected this key, found nothing\n  hint: results of earlier versions don't hold all that a run "
          "needs",
          o.result, key));
  }
  const json& source = before["source"];
  if (!source.is_string())
    throw InputError(fmt::format("{}: source: expected a text, found {}", o.result, described(source)));
  SearchArguments arguments = arguments_of(before["options"], o.result);
  const auto text_at = [&](const char* pointer) {
    const json::json_pointer at(pointer);
    return before.contains(at) && before.at(at).is_string() ? before.at(at).get<std::string>() : std::string();
  };
  arguments.episode.data = o.data.empty() ? text_at("/run/data_folder") : o.data;
  arguments.episode.threads = o.threads;
  const SearchEnd end = begin_search(arguments, source_of(o.result + ": source", source.get<std::string>()), o.out,
                                     text_at("/data/hash"));
  if (!end.stopped.empty()) return report(end, false);
  if (!end.unwritten.empty()) throw std::runtime_error(end.unwritten);
  const std::vector<std::string> found = differences(before, json::parse(end.document));
  std::cout << fmt::format("Result    {}\n", (end.folder / "result.json").string());
  if (found.empty()) {
    std::cout << fmt::format("The same as {}, to the last bit.\n", o.result);
    return 0;
  }
  constexpr std::size_t most = 20;
  std::cout << fmt::format("Not the same as {}; {} values differ:\n", o.result, found.size());
  for (std::size_t k = 0; k < std::min(most, found.size()); ++k) std::cout << "  " << found[k] << "\n";
  if (found.size() > most) std::cout << fmt::format("  and {} more\n", found.size() - most);
  return 1;
}

}  // namespace

void add_rerun(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("rerun", "repeat the search of a result.json and compare");
  sub->add_option("RESULT", o->result, "result.json of a search")->required();
  sub->add_option("--data", o->data, "folder with its data; without it where they were");
  sub->add_option("--out", o->out, "folder for the run; where it exists and is not empty, a new folder in it")
      ->capture_default_str();
  sub->add_option("--threads", o->threads, "threads, 0 for all processors")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  sub->footer(
      "Ends with exit code 0 where both results are the same but for the key `run`, 1 where they differ.\n\n"
      "Example:\n  rule-search rerun runs/pool/result.json --out runs/again");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
