#include <fmt/format.h>

#include <memory>

#include "run/search_run.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string out = "runs/search";
  std::string resume;
  bool as_json = false;
  SearchArguments arguments;
};

int run(const CLI::App& app, Options& o) {
  if (app.count("--resume") == 0) {
    check_objective(app, o.arguments);
    if (o.file.empty()) throw CLI::RequiredError("FILE");
    return report(begin_search(o.arguments, read_source(o.file), o.out), o.as_json);
  }
  BegunSearch begun(o.resume);
  begun.compare(app, o.arguments, o.file);
  SearchArguments arguments = begun.arguments();
  if (app.count("--data") > 0) arguments.episode.data = o.arguments.episode.data;
  arguments.episode.threads = o.arguments.episode.threads;
  arguments.time_limit = o.arguments.time_limit;
  arguments.max_episodes = o.arguments.max_episodes;
  return report(begun.go_on(arguments), o.as_json);
}

}  // namespace

void add_search(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("search", "find the simplest rule among candidate terms: fit, prune, report");
  sub->add_option("FILE", o->file, "rule file with the candidate terms; not needed with --resume");
  CLI::Option* out =
      sub->add_option("--out", o->out, "folder for the run; where it exists and is not empty, a new folder in it")
          ->capture_default_str();
  sub->add_option("--resume", o->resume,
                  "go on with the run in this folder, with the options it was begun with, after it was stopped "
                  "in any way; it ends as if it never had been")
      ->excludes(out);
  sub->add_flag("--json", o->as_json, "print result.json instead of the table");
  add_search_options(*sub, o->arguments);
  add_limits(*sub, o->arguments);
  sub->footer(
      "Ctrl-C or SIGTERM ends the run after the episodes under way, a second one at once. What is stopped before its\n"
      "end leaves hall_of_fame.csv and best_so_far.rule, ends with exit code 3, and goes on with --resume.\n\n"
      "Example:\n  rule-search search rules/pool_2023.rule --out runs/pool\n"
      "  rule-search search rules/pools/layer_cubic.rule --objective trajectory --recording examples/recordings/oja_*\n"
      "  rule-search search rules/pools/choices.rule --objective trajectory --activation sigmoid \\\n"
      "    --recording examples/choices/animal_*");
  sub->callback([o, sub, &action] { action = [o, sub] { return run(*sub, *o); }; });
}

}  // namespace rule_search::command
