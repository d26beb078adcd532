#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "expression/candidates.hpp"
#include "expression/print.hpp"
#include "run/search_run.hpp"

namespace rule_search::command {

namespace {

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
  return {text.substr(0, equals), number(text.substr(equals + 1, colon - equals - 1)), number(text.substr(colon + 1))};
}

}  // namespace

void add_search_options(CLI::App& app, SearchArguments& a) {
  a.episode.add(app);
  app.add_option("--fit-episodes", a.search.fit_episodes, "episodes in a batch while terms are added and dropped")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  app.add_option("--refit-episodes", a.search.refit_episodes, "episodes for the coefficients that are reported")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  app.add_option("--validation-episodes", a.search.validation_episodes, "episodes on which rules are chosen")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  app.add_option("--test-episodes", a.search.test_episodes, "episodes for the reported figures")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  app.add_option(
         "--objective", a.objective,
         "what the rule is to do: task (a network learns few-shot tasks), trajectory (a layer changes as it was "
         "recorded) or function (a layer comes to a goal)")
      ->check(CLI::IsMember({"task", "trajectory", "function"}))
      ->capture_default_str();
  app.add_option(
         "--recording", a.recordings,
         "of trajectory: recordings, at least six. A .csv file has a line a time and columns pre[1], "
         "..., w[1][1], ... (cell after, cell before), and where there are any time, post[1], ..., choice[1], ... "
         "(0 or 1), target[1], ..., err_pre[1], ..., and signals by their names, as reward; cells of w, post and "
         "choice columns are empty where nothing was recorded. A .npz file, or a folder of .npy files, has arrays "
         "pre (time x cell), w (time x cell after x cell before), time, post, choice, target, err_pre, signals, and "
         "w_seen, post_seen and choice_seen, 0 where nothing was recorded. Every time is one step of "
         "the rule, whose length the rule itself says; time has to ascend and does nothing else. A simulation starts "
         "from the first weights, which "
         "are taken for exact; where they were not recorded, or none at all were, they are fitted")
      ->take_all();
  app.add_option("--activation", a.activation, "of trajectory and function: linear, softplus, relu, sigmoid or tanh")
      ->check(CLI::IsMember({"linear", "softplus", "relu", "sigmoid", "tanh"}))
      ->capture_default_str();
  app.add_flag(
      "--one-step", a.one_step,
      "of trajectory: fits of all candidates begin with single steps from recorded weights, in place of sums over "
      "such steps; what decides is the simulation from the start, as always");
  app.add_flag("--fit-first-weights", a.fit_first_weights,
               "of trajectory: first weights were recorded with noise, as all others, and are fitted with the rule, in "
               "each recording its own; those that were not recorded always are");
  app.add_option(
         "--goal", a.goal,
         "of function: first_component (the weights of one cell come to the first principal component of its "
         "inputs), subspace (those of several span the leading components), components (cell by cell the leading "
         "components, in order), decorrelation (activities of variance 1 without correlation) or sparse_coding "
         "(every cell answers to one hidden sparse source of the inputs, no two to the same). A world is a "
         "distribution of inputs drawn at random; options for episodes count worlds")
      ->check(CLI::IsMember(goal_names()));
  app.add_option("--cells", a.cells, "of function: cells after; 0 for what suits the goal")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  app.add_option("--inputs", a.inputs, "of function: cells before; 0 for what suits the goal")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  app.add_option("--steps", a.steps, "of function: inputs of a world, one after the other; 0 for what suits the goal")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  Constraints& c = a.search.constraints;
  app.add_option("--locality", a.locality,
                 "leave out terms that reach farther than local, cell (sums over a cell's synapses) or layer")
      ->check(CLI::IsMember({"local", "cell", "layer"}));
  app.add_option("--degree", a.degree, "highest degree of generated candidates, no more than the file's")
      ->check(CLI::Range(1, highest_degree));
  app.add_option("--max-terms", c.max_terms, "largest number of terms of a rule")->check(CLI::Range(1, 10000));
  app.add_option("--must", c.must, "parameter whose term is in every rule; may be given often")->take_all();
  app.add_option("--must-not", c.must_not, "parameter whose term is in none; may be given often")->take_all();
  app.add_option("--range", a.ranges, "bounds of a coefficient, NAME=LOW:HIGH; may be given often")->take_all();
  app.add_flag("--per-layer", c.per_layer, "every coefficient one number a connection");
  app.add_flag("--permute-labels", a.episode.task.permute_labels,
               "labels of the stream dealt out at random, so that nothing can be learnt: what is found is false");
  app.add_option("--select", a.search.select,
                 "report the front's rule of so many terms, or of the nearest number there is, not the chosen one")
      ->check(CLI::Range(1, 100000));
}

namespace {

// Options that do not mean something for every objective, and for which they do.
const std::vector<std::pair<std::string, std::vector<std::string>>> meant_for = {
    {"--data", {"task"}},
    {"--feedback", {"task"}},
    {"--hidden", {"task"}},
    {"--ways", {"task"}},
    {"--shots", {"task"}},
    {"--queries", {"task"}},
    {"--permute-labels", {"task"}},
    {"--fit-episodes", {"task", "function"}},
    {"--refit-episodes", {"task", "function"}},
    {"--validation-episodes", {"task", "function"}},
    {"--test-episodes", {"task", "function"}},
    {"--per-layer", {"task"}},
    {"--recording", {"trajectory"}},
    {"--one-step", {"trajectory"}},
    {"--fit-first-weights", {"trajectory"}},
    {"--activation", {"trajectory", "function"}},
    {"--goal", {"function"}},
    {"--cells", {"function"}},
    {"--inputs", {"function"}},
    {"--steps", {"function"}}};

// Of an option that the objective asked for has no use for.
std::string whose(const std::string& objective, const std::vector<std::string>& meant) {
  if (meant.size() == 1 && meant[0] == "trajectory") return "--objective trajectory searches on recordings";
  if (meant.size() == 1 && meant[0] == "function") return "--objective function searches for a goal";
  if (objective == "trajectory")
    return "a search on recordings has --recording, --activation, --beta, --one-step and --fit-first-weights";
  if (objective == "function")
    return "a search for a goal has --goal, --cells, --inputs, --steps, --activation, --beta and the numbers of "
           "episodes";
  return "--objective trajectory or function searches with a single layer";
}

}  // namespace

void check_objective(const CLI::App& app, const SearchArguments& a) {
  for (const auto& [option, meant] : meant_for) {
    if (app.count(option) > 0 && std::find(meant.begin(), meant.end(), a.objective) == meant.end())
      throw InputError(fmt::format("{}: has no meaning with --objective {}\n  hint: {}", option, a.objective,
                                   whose(a.objective, meant)));
  }
  if (a.objective == "function") {
    if (a.goal.empty())
      throw InputError(fmt::format("--objective function: expected a goal, found none\n  hint: --goal NAME, one of {}",
                                   fmt::join(goal_names(), ", ")));
    goal_options(a).completed();
  }
  if (a.objective == "trajectory" && a.recordings.empty())
    throw InputError(
        "--objective trajectory: expected recordings, found none\n  hint: --recording FILE.csv, as often as there are "
        "files; at least six");
}

GoalOptions goal_options(const SearchArguments& a) {
  const std::optional<Goal> goal = goal_named(a.goal);
  if (!goal)
    throw InputError(fmt::format("--goal: expected one of {}, found {}", fmt::join(goal_names(), ", "),
                                 a.goal.empty() ? "nothing" : a.goal));
  return {*goal, a.cells, a.inputs, a.steps, *activation_named(a.activation), a.episode.beta};
}

void add_limits(CLI::App& app, SearchArguments& a) {
  app.add_option("--time-limit", a.time_limit,
                 "stop after so many seconds of this process, once it has got on by a fit or score; 0 for no limit")
      ->check(number_between(0, 1e9));
  app.add_option("--max-episodes", a.max_episodes,
                 "stop between two fits or scores after so many episodes of the run; 0 for no limit")
      ->check(whole_number());
}

std::map<std::string, std::vector<std::string>> deciding(const SearchArguments& a) {
  std::map<std::string, std::vector<std::string>> out;
  const EpisodeOptions& e = a.episode;
  const SearchOptions& s = a.search;
  const Constraints& c = s.constraints;
  if (a.objective == "trajectory") {
    out["objective"] = {a.objective};
    for (const std::string& file : a.recordings)
      out["recording"].push_back(std::filesystem::absolute(file).lexically_normal().string());
    out["activation"] = {a.activation};
    out["beta"] = {shortest(e.beta)};
    out["seed"] = {std::to_string(e.seed)};
    if (a.one_step) out["one-step"] = {};
    if (a.fit_first_weights) out["fit-first-weights"] = {};
  } else if (a.objective == "function") {
    const GoalOptions g = goal_options(a).completed();
    out["objective"] = {a.objective};
    out["goal"] = {a.goal};
    out["cells"] = {std::to_string(g.cells)};
    out["inputs"] = {std::to_string(g.inputs)};
    out["steps"] = {std::to_string(g.steps)};
    out["activation"] = {a.activation};
    out["beta"] = {shortest(e.beta)};
    out["seed"] = {std::to_string(e.seed)};
  } else {
    out["feedback"] = {e.feedback};
    out["hidden"] = {fmt::format("{}", fmt::join(e.hidden, ","))};
    out["beta"] = {shortest(e.beta)};
    out["ways"] = {std::to_string(e.task.ways)};
    out["shots"] = {std::to_string(e.task.shots)};
    out["queries"] = {std::to_string(e.task.queries)};
    out["seed"] = {std::to_string(e.seed)};
  }
  if (a.objective != "trajectory") {
    out["fit-episodes"] = {std::to_string(s.fit_episodes)};
    out["refit-episodes"] = {std::to_string(s.refit_episodes)};
    out["validation-episodes"] = {std::to_string(s.validation_episodes)};
    out["test-episodes"] = {std::to_string(s.test_episodes)};
  }
  if (!a.locality.empty()) out["locality"] = {a.locality};
  if (a.degree > 0) out["degree"] = {std::to_string(a.degree)};
  if (e.task.permute_labels) out["permute-labels"] = {};
  if (c.max_terms > 0) out["max-terms"] = {std::to_string(c.max_terms)};
  if (!c.must.empty()) out["must"] = c.must;
  if (!c.must_not.empty()) out["must-not"] = c.must_not;
  if (!a.ranges.empty()) out["range"] = a.ranges;
  if (c.per_layer) out["per-layer"] = {};
  if (s.select > 0) out["select"] = {std::to_string(s.select)};
  return out;
}

SearchArguments arguments_of(const nlohmann::json& options, const std::string& from) {
  const auto refuse = [&](const std::string& why) { throw InputError(fmt::format("{}: options: {}", from, why)); };
  if (!options.is_object()) refuse(fmt::format("expected an object, found {}", described(options)));
  std::vector<std::string> words;
  for (const auto& [key, values] : options.items()) {
    const auto text = [](const nlohmann::json& v) { return v.is_string(); };
    if (!values.is_array() || !std::all_of(values.begin(), values.end(), text))
      refuse(fmt::format("{}: expected a list of texts, found {}", key, described(values)));
    if (values.empty()) words.push_back("--" + key);
    for (const auto& value : values) words.push_back("--" + key + "=" + value.get<std::string>());
  }
  SearchArguments out;
  CLI::App app;
  add_search_options(app, out);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& e) {
    refuse(e.what());
  }
  for (const std::string& range : out.ranges) out.search.constraints.ranges.push_back(range_of(range));
  if (!out.locality.empty()) out.search.constraints.locality = locality_named(out.locality);
  return out;
}

}  // namespace rule_search::command
