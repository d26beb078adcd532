#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "command/end_report.hpp"
#include "run/carry_out.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

using nlohmann::json;

struct Options {
  std::string result, data;
  std::string out = "runs/rerun";
  int threads = 0;
};

int run(const Options& o) {
  const json before = read_document(o.result, "the result.json of a search", {64, 16});
  const Result result = read_result(o.result);
  for (const auto& [key, there] : {std::pair{"options", !result.options.empty()}, {"source", !result.source.empty()}}) {
    if (!there)
      throw InputError(
          fmt::format("{}: {}: expected this key, found nothing\n  hint: results of earlier versions don't hold all "
                      "that a run needs",
                      o.result, key));
  }
  Job job = Job::from_json(result.options, o.result);
  job.kind().look_for_data_in(o.data.empty() ? result.run.data_folder : o.data);
  RunLimits limits;
  limits.threads = o.threads;
  const SearchEnd end =
      begin_search(std::move(job), source_of(o.result + ": source", result.source), o.out, limits, result.data.hash);
  if (!end.stopped.empty()) return print_end(end, false);
  if (!end.unwritten.empty()) throw std::runtime_error(end.unwritten);
  // An older document has other words for the same; numbers are compared by what they mean.
  const std::vector<std::string> found = before["schema"] == 2
                                             ? differences(before, json::parse(end.document))
                                             : rule_search::differences(numbers_of(result), numbers_of(*end.result));
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

Action prepare_rerun(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("RESULT", o->result, "result.json of a search")->required();
  sub.add_option("--data", o->data, "folder with its data; without it where they were");
  add_run_folder(sub, o->out);
  add_options(sub, {threads_option(o->threads)});
  return [o] { return run(*o); };
}

}  // namespace rule_search::command
