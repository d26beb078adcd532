#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "command/end_report.hpp"
#include "report/sentences.hpp"
#include "report/table.hpp"
#include "run/carry_out.hpp"
#include "run/program.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::string out = "runs/search";
  std::string resume;
  bool as_json = false;
  std::string kernels;
  ObjectiveArguments arguments;
  RunLimits limits;
};

Job job_of(const Options& o) {
  Job job(o.arguments.objective());
  o.arguments.check(job.kind().name());
  for (const auto& [name, texts] : o.arguments.typed()) job.set(name, texts);
  return job;
}

int run(Options& o) {
  o.limits.ranks = ranks();
  if (!o.kernels.empty()) {
    // Before anything is computed: the kernels are chosen once.
    ::setenv("RULE_SEARCH_KERNELS", o.kernels.c_str(), 1);
    if (this_program().processor_path != o.kernels)
      throw InputError(fmt::format(
          "--kernels {}: the processor of rank 0 has no such instructions\n  hint: --kernels portable", o.kernels));
  }
  if (o.resume.empty()) {
    Job job = job_of(o);
    job.check();
    if (o.file.empty()) throw CLI::RequiredError("FILE");
    return print_end(begin_search(std::move(job), read_source(o.file), o.out, o.limits), o.as_json);
  }
  BegunSearch begun(o.resume);
  Typed deciding = o.arguments.typed();
  Job job = begun.job();
  if (const auto data = deciding.find("data"); data != deciding.end()) {
    job.set("data", data->second);
    deciding.erase(data);
  }
  begun.compare(deciding, o.arguments.objective_given() ? o.arguments.objective() : "", o.file);
  return print_end(begun.resume(std::move(job), o.limits), o.as_json);
}

}  // namespace

Action prepare_search(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("FILE", o->file, "rule file with the candidate terms; not needed with --resume");
  CLI::Option* out = add_run_folder(sub, o->out);
  sub.add_option("--resume", o->resume,
                 "resume the stopped run in this folder with the options that it has; it ends with the same bits as "
                 "one that was "
                 "never stopped")
      ->excludes(out);
  sub.add_flag("--json", o->as_json, "print result.json instead of the table");
  o->arguments.add(sub, [](const std::string& name) {
    // The rows are used for their names, types and meanings alone: their values go with the job.
    return Job(name).options();
  });
  add_options(sub, {threads_option(o->limits.threads)});
  sub.add_option("--time-limit", o->limits.seconds,
                 "stop after so many seconds, once one more fit or score is done; 0 for no limit")
      ->check(number_between(0, 1e9));
  sub.add_option("--max-episodes", o->limits.max_runs,
                 "stop between two fits or scores after so many episodes; 0 for no limit")
      ->check(whole_number());
  if (ranks() == nullptr) {
    sub.add_option("--schedule", o->limits.schedule,
                   "file to write how long every unit took, and what waited for what");
    add_options(sub, {whole_option("schedule-workers", o->limits.schedule_workers, 1, 1000000,
                                   "carry out what so many threads would, for --schedule")});
    sub.get_option("--schedule-workers")->needs("--schedule");
  } else {
    sub.add_option("--kernels", o->kernels, "instructions that all ranks compute with, where their processors differ")
        ->check(CLI::IsMember({"avx512", "avx2", "portable"}));
    sub.add_option("--data-of-ranks", o->limits.data_of_ranks,
                   "sent: rank 0 reads the data and sends them; read: every rank reads them from the same place")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, DataOfRanks>{{"sent", DataOfRanks::sent}, {"read", DataOfRanks::read_each}}))
        ->default_str("sent");
  }
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
