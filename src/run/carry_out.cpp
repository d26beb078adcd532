// One search in its folder, whether it begins or is resumed.
#include "run/carry_out.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <tbb/global_control.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <iostream>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/schedule.hpp"
#include "expression/decay.hpp"
#include "expression/print.hpp"
#include "expression/shape_parameters.hpp"
#include "report/hall_of_fame.hpp"
#include "run/folder.hpp"
#include "run/journaled_steps.hpp"
#include "run/program.hpp"
#include "run/progress.hpp"
#include "run/result_file.hpp"
#include "run/stop.hpp"
#include "run/work.hpp"
#include "search/search.hpp"
#include "search/selection.hpp"

namespace rule_search {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
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
                             best.loss.mean, best.validated ? "validation" : "training");
  return print(rule);
}

/// The run's job at work.
class Work {
 public:
  Work(Job job, SearchRun run, Journal& journal, fs::path folder, RunLimits limits)
      : job_(std::move(job)),
        run_(std::move(run)),
        journal_(journal),
        folder_(std::move(folder)),
        limits_(std::move(limits)),
        line_(folder_ / "log.jsonl") {
    end_.folder = folder_;
    if (limits_.progress) line_.tell(limits_.progress);
  }

  SearchEnd carry_out(const std::string& hash) {
    Ranks* const ranks = limits_.ranks;
    if (ranks != nullptr) {
      tell_job(*ranks, job_, run_.rule, limits_.threads, limits_.data_of_ranks, journal_.recalling());
      if (limits_.threads == 0) limits_.threads = default_threads(*ranks);
    }
    std::optional<tbb::global_control> threads;
    if (limits_.threads > 0)
      threads.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(limits_.threads));
    std::optional<ScheduleRecord> schedule;
    if (!limits_.schedule.empty()) {
      write_file(limits_.schedule, "{}\n");  // what can't be written is told before anything is computed
      schedule.emplace(limits_.schedule_workers);
    }
    const Rule rule = check_rule(run_.rule, job_.degree());
    std::string data_hash;
    const std::unique_ptr<Objective> objective =
        job_.kind().make(rule, job_.seed(), [&](const std::string& content_hash) {
          check_data(content_hash, hash);
          data_hash = content_hash;
        });
    if (ranks != nullptr) compare_data(*ranks, data_hash);
    // Refuses a rule that asks for what the objective has not, before anything else is said.
    objective->compile({plan::lower(rule), {}, Precision::float64});
    if (objective->traits().cross_validates) objective->folds(2);  // refuses units that are too few
    end_.what_runs = objective->describe().runs;
    line_.count_in(end_.what_runs);
    run_.data_folder = job_.kind().data_folder();
    const auto tell = [this](const std::vector<std::string>& texts) {
      for (const std::string& text : texts)
        note(with_options(text, [](std::string_view name) { return "--" + std::string(name); }));
    };
    tell(job_.kind().data_notes(*objective));
    tell(doubtful_decays(rule));
    tell(notes_on_thresholds(rule));
    tell(job_.kind().notes(*objective, rule));
    run_.host = host_name();
    run_.threads = limits_.threads > 0 ? limits_.threads : static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    if (journal_.cut() > 0)
      note(fmt::format(
          "the last {} bytes of the journal were of a step that was being written when the run was stopped; "
          "they are cut off",
          journal_.cut()));
    note(journal_.recalling() ? "resumes " + folder_.string()
                              : fmt::format("{}\n  resumes it after an interruption", resume_command(folder_)));
    begun_with_ = journal_.records();
    JournaledSteps steps(
        journal_, [this] { return why_stop(); }, [this] { return why_give_up(); }, ranks);
    try {
      SearchResult result = search(
          rule, *objective, job_.search_options(), [this](const Progress& p) { progress(p); },
          [this](const std::vector<FrontRule>& front) { keep(front); }, &steps);
      if (ranks != nullptr) ranks->end();
      result.seconds += journal_.recalled_seconds();
      finish(result);
    } catch (const SearchStopped& e) {
      stop(e.what());
    }
    if (schedule) write_schedule(schedule->document());
    return std::move(end_);
  }

 private:
  // For the user and in the log.
  void note(const std::string& text) {
    if (limits_.note)
      limits_.note(text);
    else
      std::cerr << text << "\n";
    line_.note(text);
  }

  void check_data(const std::string& content_hash, const std::string& hash) {
    const std::string begun = journal_.result("data", [&] { return content_hash; });
    const std::string& expected = hash.empty() ? begun : hash;
    if (content_hash == expected) return;
    const std::string where = job_.kind().data_folder();
    throw InputError(
        fmt::format("{}: other data than the run's: their content has the hash {}, the run's {}\n  hint: {}",
                    where.empty() ? "the data" : where, content_hash, expected, job_.kind().other_data_hint()));
  }

  std::string asked_to_stop() const { return limits_.stop ? limits_.stop() : StopSignals::received(); }

  std::string why_stop() const {
    if (std::string asked = asked_to_stop(); !asked.empty()) return asked;
    if (limits_.max_runs > 0 && end_.runs >= limits_.max_runs)
      return fmt::format("--max-episodes {}", limits_.max_runs);
    return time_over();
  }

  std::string time_over() const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (limits_.seconds > 0 && seconds >= limits_.seconds) return fmt::format("--time-limit {:g}", limits_.seconds);
    return "";
  }

  // A step in which thousands of units run can take minutes. Someone who waits for the end does not wait for that; a limit
  // of time does until there is something more to resume from than there was.
  std::string why_give_up() const {
    if (std::string asked = asked_to_stop(); !asked.empty()) return asked;
    return journal_.records() > begun_with_ ? time_over() : "";
  }

  void write_schedule(const json& document) {
    try {
      write_file(limits_.schedule, dump(document) + "\n");
    } catch (const std::exception& e) {
      // Only a search that is carried out anew can write it.
      note(fmt::format("{}; the schedule is lost, the result is whole", e.what()));
    }
  }

  void progress(const Progress& p) {
    end_.runs = p.runs;
    if (ScheduleRecord* const schedule = ScheduleRecord::current()) schedule->stage(p.stage);
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

  void finish(const SearchResult& found) {
    run_.recalled = journal_.recalled();
    run_.program = this_program();
    end_.document = dump(to_json(make_result(found, run_)), 2) + "\n";
    // As it will be read, so that `export` gives the same.
    end_.result = result_of(json::parse(end_.document), "result.json");
    const fs::path file = folder_ / "result.json";
    try {
      if (fs::exists(file)) {
        const json there = read_document(file.string(), "the result.json of a search", {64, 16});
        if (!differences(there, json::parse(end_.document)).empty())
          throw std::runtime_error(fmt::format(
              "{}: is not what this run ends with; it is left as it is\n  hint: move it away and resume the run "
              "once more",
              file.string()));
        end_.document = dump(there, 2) + "\n";
      } else {
        write_run(found, *end_.result, end_.document, folder_);
      }
      fs::remove(folder_ / "best_so_far.rule");
      if (!fs::exists(folder_ / "report.html")) end_.undrawn = write_pictures(*end_.result, folder_);
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
  Job job_;
  SearchRun run_;
  Journal& journal_;
  std::size_t begun_with_ = 0;  // records
  fs::path folder_;
  RunLimits limits_;
  ProgressLine line_;
  std::string front_text_;
  SearchEnd end_;
};

}  // namespace

std::string resume_command(const fs::path& folder) {
  return fmt::format("rule-search search --resume {}", folder.string());
}

SearchEnd carry_out(Job job, SearchRun run, Journal& journal, const fs::path& folder, const RunLimits& limits,
                    const std::string& hash) {
  run.options = job.to_json();
  run.command = job.command_line();
  try {
    return Work(std::move(job), std::move(run), journal, folder, limits).carry_out(hash);
  } catch (const RankFailed& e) {
    throw RankFailed(fmt::format("{}\n  the steps up to here are kept: {}", e.what(), resume_command(folder)));
  } catch (const JournalError& e) {
    if (limits.ranks != nullptr) limits.ranks->fail(e.what());
    throw JournalError(
        fmt::format("{}; the steps up to here are kept\n  hint: make room, then {}", e.what(), resume_command(folder)));
  } catch (const std::exception& e) {
    if (limits.ranks != nullptr) limits.ranks->fail(e.what());
    throw;
  }
}

SearchEnd begin_search(Job job, const Source& written, const fs::path& out, const RunLimits& limits,
                       const std::string& hash) {
  const StopSignals signals;
  // What is resumed or carried out again needs no other file.
  const Source source = with_files_read(written);
  const Rule rule = check_rule(source, job.degree());
  if (rule.parameters.empty())
    throw InputError(fmt::format("{}: the rule {} has no parameter to fit\n  hint: `eval` scores a rule as it is",
                                 source.name, rule.name));
  // What can't be met is told before a folder is made.
  job.check();
  const SearchOptions options = job.search_options();
  const Rule candidates = constrained(rule, options.constraints);
  if (options.select > 0) check_select(candidates, options);
  SearchRun run;
  run.rule = source;
  run.started = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)));
  // The data may be looked for from another folder when the run is resumed.
  const std::string data = job.kind().data_folder();
  const json heading = {{"program", program_json()},
                        {"options", job.to_json()},
                        {"rule", source.text},
                        {"rule_file", source.name},
                        {"data", data.empty() ? "" : fs::absolute(data).string()},
                        {"started", run.started}};
  RunFolder folder(out);
  // Before the data are read, which takes a while, so that there is hardly a moment in which a run can't be resumed.
  std::unique_ptr<Journal> journal = Journal::begin(folder.journal(), dump(heading));
  try {
    SearchEnd end = carry_out(std::move(job), std::move(run), *journal, folder.path(), limits, hash);
    folder.keep();
    return end;
  } catch (const JournalError&) {
    folder.keep();
    throw;
  } catch (const RankFailed&) {
    folder.keep();
    throw;
  }
}

std::vector<std::string> differences(json before, json after) {
  // What differs from run to run, and what `transfer` has added.
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

}  // namespace rule_search
