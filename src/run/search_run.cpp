#include "run/search_run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.hpp"
#include "expression/print.hpp"
#include "report/hall_of_fame.hpp"
#include "run/checkpoint.hpp"
#include "run/progress.hpp"
#include "run/stop.hpp"

namespace rule_search::command {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string go_on_with(const fs::path& folder) {
  return fmt::format("rule-search search --resume {}", folder.string());
}

// The rule with the least loss, on validation episodes where any has been there.
const FrontRule* best_of(const std::vector<FrontRule>& front) {
  const FrontRule* best = nullptr;
  for (const FrontRule& r : front) {
    if (best == nullptr || std::pair(!r.validated, r.loss.mean) < std::pair(!best->validated, best->loss.mean))
      best = &r;
  }
  return best;
}

std::string best_so_far(const FrontRule& best) {
  Rule rule = best.fitted.rule;
  rule.heading = fmt::format("The best rule of a search that was stopped before its end: loss {:.4f} on {} episodes.",
                             best.loss.mean, best.validated ? "validation" : "fit");
  return print(rule);
}

// All but what differs from run to run of one seed, and what `transfer` has added.
json lasting(json document) {
  document.erase("run");
  document.erase("transfer");
  return document;
}

/// One search in its folder, whether it begins or goes on.
class Work {
 public:
  Work(SearchArguments arguments, SearchRun run, Journal& journal, fs::path folder)
      : arguments_(std::move(arguments)),
        run_(std::move(run)),
        journal_(journal),
        folder_(std::move(folder)),
        line_(folder_ / "log.jsonl") {
    end_.folder = folder_;
  }

  SearchEnd carry_out(const std::string& hash) {
    const auto threads = limit_threads(arguments_.episode.threads);
    const Rule rule = check_rule(run_.rule, arguments_.degree);
    const bool tasks = arguments_.objective == "task";
    Dataset data;
    std::optional<RecordingsObjective> recordings;
    std::optional<GoalObjective> goal;
    if (tasks) {
      data = arguments_.episode.load();
      check_data(data.folder, data.content_hash, hash);
      run_.data_folder = data.folder;
    } else if (arguments_.objective == "function") {
      goal.emplace(goal_options(arguments_), arguments_.episode.seed);
      check_data("the worlds", goal->content_hash(), hash);
    } else {
      recordings.emplace(read_recordings(), trajectory_options(), arguments_.episode.seed);
      check_data("the recordings", recordings->content_hash(), hash);
    }
    SearchOptions& search = arguments_.search;
    search.seed = arguments_.episode.seed;
    if (tasks) {
      search.feedback = arguments_.episode.feedback_kind();
      search.network = arguments_.episode.network(data);
      search.task = arguments_.episode.task;
      make_split(data, search.task, search.seed);  // refuses a task that the data can't give before anything is told
    } else {
      // The same of a rule.
      const Objective& of_a_layer = goal ? static_cast<const Objective&>(*goal) : *recordings;
      of_a_layer.compile(plan::lower(rule), {}, Precision::twice, {});
      if (recordings) {
        tell_of_unused(plan::lower(rule), recordings->recording(Part::search, 0));
        tell_of_uneven(*recordings);
      }
    }
    run_.host = host_name();
    run_.threads =
        arguments_.episode.threads > 0 ? arguments_.episode.threads : static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    if (journal_.cut() > 0)
      tell(
          fmt::format("the last {} bytes of the journal were of a step that was being written when the run was "
                      "stopped; they are cut off",
                      journal_.cut()));
    tell(journal_.recalling() ? "goes on with " + folder_.string()
                              : fmt::format("{}\n  goes on after an interruption", go_on_with(folder_)));
    begun_with_ = journal_.records();
    const Checkpoint checkpoint(
        journal_, [this] { return why_stop(); }, [this] { return why_give_up(); });
    try {
      const auto told = [this](const Progress& p) { progress(p); };
      const auto kept = [this](const std::vector<FrontRule>& front) { keep(front); };
      SearchResult result = tasks  ? rule_search::search(rule, data, search, told, kept, &checkpoint)
                            : goal ? rule_search::search(rule, *goal, search, told, kept, &checkpoint)
                                   : rule_search::search(rule, *recordings, search, told, kept, &checkpoint);
      result.seconds += journal_.recalled_seconds();
      finish(result);
    } catch (const SearchStopped& e) {
      stop(e.what());
    }
    return std::move(end_);
  }

 private:
  // On standard error and in the log.
  void tell(const std::string& text) {
    std::cerr << text << "\n";
    line_.note(text);
  }

  std::vector<LayerRecording> read_recordings() const {
    std::vector<LayerRecording> out;
    for (const std::string& file : arguments_.recordings) {
      // As the user most likely gave it, so that messages name it like that.
      const std::string near = fs::proximate(file).string();
      out.push_back(read_layer_recording(near.starts_with("..") ? file : near));
    }
    return out;
  }
  RecordingsOptions trajectory_options() const {
    return {*activation_named(arguments_.activation), arguments_.episode.beta, arguments_.one_step,
            arguments_.fit_first_weights};
  }

  // A name that is spelt otherwise than in the rule looks like a signal that nobody asks for.
  void tell_of_unused(const plan::Plan& plan, const LayerRecording& recording) {
    std::vector<std::string> unused;
    for (const auto& [name, series] : recording.others) {
      const bool asked = (name == "err_pre" && plan.uses(Quantity::err_pre)) ||
                         std::any_of(plan.signals.begin(), plan.signals.end(),
                                     [&name = name](const Signal& s) { return s.name == name; });
      if (!asked) unused.push_back(name);
    }
    if (!unused.empty()) tell(fmt::format("recorded, but in no candidate: {}", fmt::join(unused, ", ")));
  }

  // Rules have steps, not times.
  void tell_of_uneven(const RecordingsObjective& recordings) {
    for (const Part part : {Part::search, Part::validation, Part::test}) {
      for (std::size_t k = 0; k < recordings.recordings(part); ++k) {
        const LayerRecording& r = recordings.recording(part, k);
        double least = r.time[1] - r.time[0];
        double most = least;
        for (std::size_t t = 1; t < r.time.size(); ++t) {
          least = std::min(least, r.time[t] - r.time[t - 1]);
          most = std::max(most, r.time[t] - r.time[t - 1]);
        }
        constexpr double jitter = 1.5;
        if (!(most > jitter * least)) continue;
        tell(fmt::format(
            "{}: its times are {:.4g} to {:.4g} apart, but every one is a step of the rule like all others\n"
            "  hint: resample it, or record at even times",
            r.name, least, most));
        return;  // one is told for all
      }
    }
  }

  void check_data(const std::string& where, const std::string& content_hash, const std::string& hash) {
    const std::string begun = journal_.result("data", [&] { return content_hash; });
    const std::string& expected = hash.empty() ? begun : hash;
    if (content_hash != expected)
      throw InputError(
          fmt::format("{}: other data than the run's: their content has the hash {}, the run's {}\n  hint: {}", where,
                      content_hash, expected,
                      arguments_.objective == "task" ? "--data DIR tells where the run's data are now"
                      : arguments_.objective == "function"
                          ? "the mathematical library draws others here; begin a run of its own"
                          : "put the files back that the run began with, or begin a run of its own"));
  }

  std::string why_stop() const {
    if (std::string signal = StopSignals::received(); !signal.empty()) return signal;
    if (arguments_.max_episodes > 0 && end_.episodes >= arguments_.max_episodes)
      return fmt::format("--max-episodes {}", arguments_.max_episodes);
    return time_over();
  }

  std::string time_over() const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (arguments_.time_limit > 0 && seconds >= arguments_.time_limit)
      return fmt::format("--time-limit {:g}", arguments_.time_limit);
    return "";
  }

  // A step in which thousands of episodes run can take minutes. Someone who waits for the end does not wait for that;
  // a limit of time does until there is something more to go on from than there was.
  std::string why_give_up() const {
    if (std::string signal = StopSignals::received(); !signal.empty()) return signal;
    return journal_.records() > begun_with_ ? time_over() : "";
  }

  void progress(const Progress& p) {
    end_.episodes = p.episodes;
    if (!journal_.recalling()) line_(p);  // the log has the steps that are recalled
  }

  void keep(const std::vector<FrontRule>& front) {
    end_.front = front;
    // That of a run which has ended stays.
    if (front.empty() || journal_.recalling() || fs::exists(folder_ / "result.json")) return;
    const std::string text = to_csv(front, 0);
    if (text == front_text_) return;
    try {
      write_file(folder_ / "hall_of_fame.csv", text);
      front_text_ = text;
    } catch (const std::exception&) {
      // A full disk is told of where a step or the result can't be kept.
    }
  }

  void finish(const SearchResult& result) {
    run_.recalled = journal_.recalled();
    end_.table = to_table(result);
    end_.document = dump(to_json(result, run_), 2) + "\n";
    const fs::path file = folder_ / "result.json";
    try {
      if (fs::exists(file)) {
        const json there = read_result(file.string());
        if (lasting(there) != lasting(json::parse(end_.document)))
          throw std::runtime_error(fmt::format(
              "{}: is not what this run ends with; it is left as it is\n  hint: move it away and go on with the run "
              "once more",
              file.string()));
        end_.document = dump(there, 2) + "\n";
      } else {
        write_run(result, end_.document, folder_);
      }
      fs::remove(folder_ / "best_so_far.rule");
      if (!fs::exists(folder_ / "report.html")) end_.undrawn = write_pictures(read_result(file.string()), folder_);
    } catch (const std::exception& e) {
      end_.unwritten = e.what();  // what was found in minutes of work is still printed
    }
  }

  void stop(const std::string& why) {
    end_.stopped = why;
    const FrontRule* best = best_of(end_.front);
    if (best == nullptr) return;
    try {
      write_file(folder_ / "best_so_far.rule", best_so_far(*best));
    } catch (const std::exception& e) {
      end_.unwritten = e.what();
    }
  }

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  SearchArguments arguments_;
  SearchRun run_;
  Journal& journal_;
  std::size_t begun_with_ = 0;  // records
  fs::path folder_;
  ProgressLine line_;
  std::string front_text_;
  SearchEnd end_;
};

SearchEnd carried_out(SearchArguments arguments, SearchRun run, Journal& journal, const fs::path& folder,
                      const std::string& hash) {
  try {
    return Work(std::move(arguments), std::move(run), journal, folder).carry_out(hash);
  } catch (const JournalError& e) {
    throw JournalError(
        fmt::format("{}; the steps up to here are kept\n  hint: make room, then {}", e.what(), go_on_with(folder)));
  }
}

// With all that is derived from the texts of options, and what does not decide the result as it was.
SearchArguments completed(const SearchArguments& given) {
  SearchArguments out = arguments_of(deciding(given), "search");
  out.episode.data = given.episode.data;
  out.episode.threads = given.episode.threads;
  out.time_limit = given.time_limit;
  out.max_episodes = given.max_episodes;
  return out;
}

}  // namespace

SearchEnd begin_search(SearchArguments arguments, const Source& source, const std::string& out,
                       const std::string& hash) {
  const StopSignals signals;
  const Rule rule = check_rule(source, arguments.degree);
  if (rule.parameters.empty())
    throw InputError(fmt::format("{}: the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is",
                                 source.name, rule.name));
  arguments = completed(arguments);
  // What can't be met is told before a folder is made.
  const Rule candidates = constrained(rule, arguments.search.constraints);
  if (arguments.search.select > 0) check_select(candidates, arguments.search);
  SearchRun run;
  run.options = deciding(arguments);
  run.rule = source;
  run.started = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)));
  // The data may be looked for from another folder when the run goes on.
  const std::string data = arguments.episode.data.empty() ? "" : fs::absolute(arguments.episode.data).string();
  const json heading = {{"program", program_json()}, {"options", run.options}, {"rule", source.text},
                        {"rule_file", source.name},  {"data", data},           {"started", run.started}};
  RunFolder folder(out);
  // Before the data are read, which takes a while, so that there is hardly a moment in which a run can't be gone on
  // with.
  std::unique_ptr<Journal> journal = Journal::begin(folder.journal(), dump(heading));
  try {
    SearchEnd end = carried_out(std::move(arguments), std::move(run), *journal, folder.path(), hash);
    folder.keep();
    return end;
  } catch (const JournalError&) {
    folder.keep();
    throw;
  }
}

BegunSearch::BegunSearch(const fs::path& folder) : folder_(folder), heading_(std::make_unique<json>()) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw InputError(fmt::format("{}: no such folder\n  hint: --resume takes the folder of a run", folder.string()));
  const fs::path file = folder / "journal.bin";
  if (!fs::exists(file, error))
    throw InputError(fmt::format(
        "{}: holds no journal.bin: no search was begun in it, or it was stopped before its first step\n  hint: "
        "--resume takes the folder of a run, as runs/search/run-1",
        folder.string()));
  journal_ = Journal::resume(file);
  *heading_ = json::parse(journal_->heading());
  const json& begun = heading_->at("program");
  if (const json program = program_json(); begun != program) {
    std::string differences;
    for (const auto& [key, value] : program.items()) {
      if (begun.value(key, "") != value)
        differences += fmt::format("{}{} {}, this is {}", differences.empty() ? "" : "; ", key, begun.value(key, ""),
                                   value.get<std::string>());
    }
    throw InputError(fmt::format(
        "{}: was begun by another program: {}; it is not gone on with, since it would not end with the same bits\n"
        "  hint: {}",
        file.string(), differences,
        begun.value("processor_path", "") != program["processor_path"]
            ? fmt::format("RULE_SEARCH_KERNELS={} in the environment, where the processor has them",
                          begun.value("processor_path", ""))
            : "go on with the program that began it"));
  }
  // What was being written when the run was stopped.
  for (const fs::path& place : {folder, folder / "plots"}) {
    if (!fs::is_directory(place, error)) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(place)) {
      const std::string extension = entry.path().extension().string();
      if (entry.path().filename() == RunFolder::claim || extension == ".part" || extension.starts_with(".part-"))
        fs::remove(entry.path(), error);
    }
  }
}

BegunSearch::~BegunSearch() = default;

SearchArguments BegunSearch::arguments() const {
  SearchArguments out = arguments_of(heading_->at("options"), (folder_ / "journal.bin").string());
  out.episode.data = heading_->at("data").get<std::string>();
  return out;
}

void BegunSearch::compare(const CLI::App& app, const SearchArguments& given, const std::string& rule_file) const {
  const auto refuse = [&](const std::string& what, const std::string& now, const std::string& begun) {
    throw InputError(fmt::format(
        "{}: was begun with {}, not {}\n  hint: leave {} out, or begin a search of its own without --resume",
        folder_.string(), begun, now, what));
  };
  const json begun = heading_->at("options");
  const auto text = [](const std::string& key, const json& options) {
    if (!options.contains(key)) return "no --" + key;
    std::string out = "--" + key;
    for (const json& value : options[key]) out += " " + value.get<std::string>();
    return out;
  };
  const json now = deciding(given);
  for (const auto& [key, value] : now.items()) {
    if (app.count("--" + key) > 0 && (!begun.contains(key) || begun[key] != value))
      refuse("--" + key, text(key, now), text(key, begun));
  }
  if (rule_file.empty()) return;
  const int degree = arguments().degree;
  const Rule theirs =
      check_rule({heading_->at("rule_file").get<std::string>(), heading_->at("rule").get<std::string>()}, degree);
  const Rule rule = read_rule(rule_file, degree);
  if (print(rule) != print(theirs))
    refuse(rule_file, fmt::format("the rule {} as {} has it", rule.name, rule_file),
           fmt::format("the rule {} as {} had it", theirs.name, heading_->at("rule_file").get<std::string>()));
}

SearchEnd BegunSearch::go_on(SearchArguments arguments) {
  const StopSignals signals;
  SearchRun run;
  arguments = completed(arguments);
  run.options = deciding(arguments);
  run.rule = {heading_->at("rule_file").get<std::string>(), heading_->at("rule").get<std::string>()};
  run.started = heading_->at("started").get<std::string>();
  return carried_out(std::move(arguments), std::move(run), *journal_, folder_, "");
}

int report(const SearchEnd& end, bool as_json) {
  const auto file = [&](const char* name) { return (end.folder / name).string(); };
  constexpr int stopped = 3;
  if (!end.stopped.empty()) {
    if (as_json) {
      json front = json::array();
      for (const FrontRule& r : end.front)
        front.push_back({{"complexity", r.complexity},
                         {"loss", r.loss.mean},
                         {"validated", r.validated},
                         {"formula", formula(r.fitted)}});
      std::cout << dump({{"stopped", end.stopped},
                         {"episodes", end.episodes},
                         {"folder", end.folder.string()},
                         {"front", front}},
                        2)
                << "\n";
    } else {
      std::cout << fmt::format("Stopped after {} episodes: {}\n", end.episodes, end.stopped);
      if (end.front.empty()) std::cout << "No rule was fitted yet.\n";
      for (const FrontRule& r : end.front)
        std::cout << fmt::format("  {:>3} terms  loss {:.4f} ({})  {}\n", r.complexity, r.loss.mean,
                                 r.validated ? "validation" : "fit", formula(r.fitted));
      if (!end.front.empty())
        std::cout << fmt::format("Front     {}\nBest      {}\n", file("hall_of_fame.csv"), file("best_so_far.rule"));
      std::cout << fmt::format("Go on     {}\n", go_on_with(end.folder));
    }
    if (!end.unwritten.empty()) std::cerr << end.unwritten << "\n";
    return stopped;
  }
  std::cout << (as_json ? end.document : end.table);
  if (!end.unwritten.empty()) {
    throw std::runtime_error(fmt::format("{}\n  hint: the result is printed above; make room, then {} writes it",
                                         end.unwritten, go_on_with(end.folder)));
  }
  if (!as_json) {
    std::cout << fmt::format("Report    {}\nLaTeX     {}\nRule      {}\nResult    {}\n", file("report.html"),
                             file("rule.tex"), file("rule.rule"), file("result.json"));
  }
  if (!end.undrawn.empty()) std::cerr << end.undrawn << "\n";
  return 0;
}

}  // namespace rule_search::command
