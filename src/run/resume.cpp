// A folder whose search was begun before.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "expression/print.hpp"
#include "run/carry_out.hpp"
#include "run/folder.hpp"
#include "run/program.hpp"
#include "run/stop.hpp"
#include "run/work.hpp"

namespace rule_search {

namespace fs = std::filesystem;
using nlohmann::json;

json program_json() {
  const result::Program p = this_program();
  return {{"name", p.name}, {"version", p.version}, {"compiler", p.compiler}, {"processor_path", p.processor_path}};
}

BegunSearch::BegunSearch(const fs::path& folder) : folder_(folder), heading_(std::make_unique<json>()) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw InputError(fmt::format("{}: no such folder\n  hint: ‹resume› takes the folder of a run", folder.string()));
  const fs::path file = folder / "journal.bin";
  if (!fs::exists(file, error))
    throw InputError(fmt::format(
        "{}: holds no journal.bin: no search was begun in it, or it was stopped before its first step\n  hint: "
        "‹resume› takes the folder of a run, as runs/search/run-1",
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
        "{}: was begun by another program: {}; it is not resumed, since it would not end with the same bits\n"
        "  hint: {}",
        file.string(), differences,
        begun.value("processor_path", "") != program["processor_path"]
            ? fmt::format("RULE_SEARCH_KERNELS={} in the environment, where the processor has them",
                          begun.value("processor_path", ""))
            : "resume it with the program that began it"));
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

Job BegunSearch::job() const {
  Job out = Job::from_json(heading_->at("options"), (folder_ / "journal.bin").string());
  out.kind().look_for_data_in(heading_->at("data").get<std::string>());
  return out;
}

void BegunSearch::compare(const std::map<std::string, std::vector<std::string>>& given, const std::string& objective,
                          const std::string& rule_file) const {
  const auto refuse = [&](const std::string& what, const std::string& now, const std::string& begun) {
    throw InputError(fmt::format(
        "{}: was begun with {}, not {}\n  hint: leave {} out, or begin a search of its own without ‹resume›",
        folder_.string(), begun, now, what));
  };
  const auto text = [](const std::string& key, const json& options) {
    if (!options.contains(key)) return fmt::format("no ‹{}›", key);
    std::string out = fmt::format("‹{}›", key);
    for (const std::string& value : texts_of(options[key])) out += " " + value;
    return out;
  };
  const Job begun = job();
  const json before = begun.to_json();
  if (!objective.empty()) {
    const json now = Job(objective).to_json();
    if (now["objective"] != before["objective"])
      refuse("‹objective›", text("objective", now), text("objective", before));
  }
  for (const auto& [name, texts] : given) {
    Job changed = job();
    changed.set(name, texts);
    const std::string key = option_named(changed.options(), name)->name;
    const json now = changed.to_json();
    if (now.value(key, json()) != before.value(key, json()))
      refuse(fmt::format("‹{}›", key), text(key, now), text(key, before));
  }
  if (rule_file.empty()) return;
  const int degree = begun.degree();
  const std::string their_file = heading_->at("rule_file").get<std::string>();
  const Rule theirs = check_rule({their_file, heading_->at("rule").get<std::string>()}, degree);
  const Rule rule = read_rule(rule_file, degree);
  if (print(rule) != print(theirs))
    refuse(rule_file, fmt::format("the rule {} as {} has it", rule.name, rule_file),
           fmt::format("the rule {} as {} had it", theirs.name, their_file));
}

SearchEnd BegunSearch::resume(Job job, const RunLimits& limits) {
  const StopSignals signals;
  SearchRun run;
  run.rule = {heading_->at("rule_file").get<std::string>(), heading_->at("rule").get<std::string>()};
  run.started = heading_->at("started").get<std::string>();
  return carry_out(std::move(job), std::move(run), *journal_, folder_, limits, "");
}

}  // namespace rule_search
