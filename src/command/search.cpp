#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command/command.hpp"
#include "command/progress.hpp"
#include "episode/document.hpp"
#include "expression/candidates.hpp"
#include "report/hall_of_fame.hpp"
#include "report/record.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string out = "runs/search";
  bool as_json = false;
  EpisodeOptions episode;
  SearchOptions search;
  std::string locality;
  int degree = 0;
  std::vector<std::string> ranges;
};

// NAME=LOW:HIGH.
Constraints::Range range_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.find(':', equals == std::string::npos ? 0 : equals);
  const auto number = [&](const std::string& digits) {
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    if (digits.empty() || *end != '\0' || std::isnan(value))
      throw InputError(fmt::format(
          "--range {}: expected NAME=LOW:HIGH\n  hint: for example --range eta=0:inf for one that is never negative",
          text));
    return value;
  };
  if (equals == std::string::npos || colon == std::string::npos) number("");
  return {text.substr(0, equals), number(text.substr(equals + 1, colon - equals - 1)),
          number(text.substr(colon + 1))};
}

int run(Options& o) {
  const auto threads = limit_threads(o.episode.threads);
  const Rule rule = read_rule(o.file, o.degree);
  if (rule.parameters.empty())
    throw InputError(fmt::format(
        "{}: the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is", o.file, rule.name));
  const Dataset data = o.episode.load();
  o.search.feedback = o.episode.feedback_kind();
  o.search.network = o.episode.network(data);
  o.search.task = o.episode.task;
  o.search.seed = o.episode.seed;
  if (!o.locality.empty()) o.search.constraints.locality = locality_named(o.locality);
  for (const std::string& range : o.ranges) o.search.constraints.ranges.push_back(range_of(range));
  const Rule candidates = constrained(rule, o.search.constraints);
  if (o.search.select > 0) check_select(candidates, o.search);  // what can't be met is told before a folder is made
  make_split(data, o.search.task,
             o.search.seed);  // a task that the data can't give is told before a folder is made
  RunFolder run_folder(o.out);
  const std::filesystem::path& folder = run_folder.path();
  SearchResult result;
  {
    ProgressLine line(run_folder.log());
    const auto write_front = [&](const std::vector<FrontRule>& front) {
      try {
        if (!front.empty()) write_file(folder / "hall_of_fame.csv", to_csv(front, 0));
      } catch (const std::exception&) {
        // A full disk is told of at the end, where the result is printed all the same.
      }
    };
    result = search(rule, data, o.search, std::ref(line), write_front);
  }
  run_folder.keep();
  std::string unwritten;
  std::string undrawn;
  try {
    write_run(result, folder);
    undrawn = write_pictures(read_result((folder / "result.json").string()), folder);
  } catch (const std::exception& e) {
    unwritten = e.what();  // what was found in minutes of work is still printed
  }
  std::cout << (o.as_json ? dump(to_json(result), 2) + "\n" : to_table(result));
  if (!unwritten.empty()) {
    throw std::runtime_error(
        fmt::format("{}\n  hint: the result is printed above; make room and run again, or give another --out",
                    unwritten));
  }
  if (!o.as_json) {
    std::cout << fmt::format("Report    {}\nLaTeX     {}\nRule      {}\nResult    {}\n",
                             (folder / "report.html").string(), (folder / "rule.tex").string(),
                             (folder / "rule.rule").string(), (folder / "result.json").string());
  }
  if (!undrawn.empty()) std::cerr << undrawn << "\n";
  return 0;
}

}  // namespace

void add_search(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub =
      app.add_subcommand("search", "find the simplest rule among candidate terms: fit, prune, report");
  sub->add_option("FILE", o->file, "rule file with the candidate terms")->required();
  sub->add_option("--out", o->out, "folder for the run; where it exists and is not empty, a new folder in it")
      ->capture_default_str();
  sub->add_flag("--json", o->as_json, "print result.json instead of the table");
  o->episode.add(*sub);
  sub->add_option("--fit-episodes", o->search.fit_episodes,
                  "episodes in a batch while terms are added and dropped")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  sub->add_option("--refit-episodes", o->search.refit_episodes,
                  "episodes for the coefficients that are reported")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  sub->add_option("--validation-episodes", o->search.validation_episodes,
                  "episodes on which rules are chosen")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  sub->add_option("--test-episodes", o->search.test_episodes, "episodes for the reported figures")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  Constraints& c = o->search.constraints;
  sub->add_option("--locality", o->locality,
                  "leave out terms that reach farther than local, cell (sums over a cell's synapses) or layer")
      ->check(CLI::IsMember({"local", "cell", "layer"}));
  sub->add_option("--degree", o->degree, "highest degree of generated candidates, no more than the file's")
      ->check(CLI::Range(1, highest_degree));
  sub->add_option("--max-terms", c.max_terms, "largest number of terms of a rule")
      ->check(CLI::Range(1, 10000));
  sub->add_option("--must", c.must, "parameter whose term is in every rule; may be given often")->take_all();
  sub->add_option("--must-not", c.must_not, "parameter whose term is in none; may be given often")->take_all();
  sub->add_option("--range", o->ranges, "bounds of a coefficient, NAME=LOW:HIGH; may be given often")->take_all();
  sub->add_flag("--per-layer", c.per_layer, "every coefficient one number a connection");
  sub->add_flag("--permute-labels", o->episode.task.permute_labels,
                "labels of the stream dealt out at random, so that nothing can be learnt: what is found is false");
  sub->add_option(
         "--select", o->search.select,
         "report the front's rule of so many terms, or of the nearest number there is, not the chosen one")
      ->check(CLI::Range(1, 100000));
  sub->footer("Example:\n  rule-search search rules/pool_2023.rule --out runs/pool");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
