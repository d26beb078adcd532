#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "command/episode_options.hpp"
#include "objectives/few_shot/baselines.hpp"
#include "objectives/few_shot/setting.hpp"
#include "objectives/few_shot/transfer_report.hpp"
#include "run/folder.hpp"
#include "run/result_file.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::vector<std::string> to;
  std::vector<std::string> only;
  std::vector<std::string> layers;
  int episodes = 100;
  std::string out;
  bool save = false;
  bool as_json = false;
  EpisodeOptions episode;
};

// What a result tells is not to be told again in other words.
constexpr const char* told_by_result[] = {"--feedback",    "--hidden",      "--beta",       "--skip",
                                          "--connections", "--dtp-rate",    "--dtp-noise",  "--dtp-decay",
                                          "--dtp-top",     "--dtp-readers", "--dtp-warmup", "--ways",
                                          "--shots",       "--queries",     "--stream",     "--seed"};

void progress_line(const Progress& p) {
  if (isatty(STDERR_FILENO) != 0)
    std::cerr << "\r\033[K" << fmt::format("{}: {}, {} episodes", p.stage, p.detail, p.runs).substr(0, 100)
              << std::flush;
}

std::vector<TransferKind> wanted(const std::vector<std::string>& only) {
  std::vector<TransferKind> out;
  for (TransferKind kind : transfer_kinds()) {
    if (only.empty() || std::find(only.begin(), only.end(), name(kind)) != only.end()) out.push_back(kind);
  }
  return out;
}

bool has(const std::vector<TransferKind>& kinds, TransferKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// "784-130-70-47"
std::vector<int> layers_of(const std::string& text, const Dataset& data) {
  const int pixels = data.rows * data.cols;
  const std::string hint = fmt::format("hint: for these data write {}-...-{}, for example --layers {}-130-70-{}",
                                       pixels, data.classes, pixels, data.classes);
  const std::vector<int> out = whole_numbers(text, '-', 1, 20000, [&](const std::string& found) {
    throw InputError(
        fmt::format("--layers {}: expected neurons a layer from 1 to 20000 with - between them, found {}\n  {}", text,
                    found, hint));
  });
  if (out.size() < 2 || out.front() != pixels || out.back() != data.classes)
    throw InputError(
        fmt::format("--layers {}: expected {} inputs first (one a pixel of {}) and {} outputs last "
                    "(one a class), found {} and {}\n  {}",
                    text, pixels, data.name, data.classes, out.front(), out.back(), hint));
  return out;
}

// Here other data have an option of their own.
Dataset load_to(const std::string& folder) {
  try {
    return load_dataset(folder);
  } catch (const InputError& e) {
    throw InputError(with_options(e.what(), [](std::string_view name) -> std::optional<std::string> {
      if (name == "data") return "‹to›";
      return std::nullopt;
    }));
  }
}

// Fashion-MNIST where nothing else is asked for, unless the rule's own data are that.
void add_other_data(const Options& o, const Dataset& data, std::vector<Dataset>& sets, TransferOptions& t) {
  for (const std::string& folder : o.to) sets.push_back(load_to(folder));
  if (o.to.empty()) {
    try {
      Dataset fashion = load_dataset(default_data_folder());
      if (fashion.content_hash != data.content_hash)
        sets.push_back(std::move(fashion));
      else
        t.missing_data.push_back({"other data", "the rule's own data are Fashion-MNIST; give --to DIR"});
    } catch (const InputError&) {
      t.missing_data.push_back({"Fashion-MNIST",
                                "it is not installed; give --to DIR, or install Debian's "
                                "package dataset-fashion-mnist"});
    }
  }
  for (const Dataset& set : sets) t.other_data.push_back(&set);
}

int run(Options& o, const CLI::App& sub) {
  const auto threads = limit_threads(o.episode.threads);
  const bool from_result = is_result(o.file);
  TransferOptions t;
  t.only = wanted(o.only);
  t.episodes = static_cast<std::size_t>(o.episodes);
  if (!o.to.empty() && !has(t.only, TransferKind::data))
    throw InputError("--to names other data, but --only leaves them out\n  hint: add data to --only");
  if (!o.layers.empty() && !has(t.only, TransferKind::depth))
    throw InputError("--layers names networks, but --only leaves them out\n  hint: add depth to --only");
  if (o.save && !from_result)
    throw InputError(
        fmt::format("--save writes into a result.json, but {} is a rule file\n  hint: give the "
                    "result.json of a search, or --out DIR",
                    o.file));
  t.rule = rule_or_result(o.file);
  std::string expected_hash;
  std::string expected_name;
  if (from_result) {
    for (const char* option : told_by_result) {
      if (sub.get_option(option)->count() > 0)
        throw InputError(
            fmt::format("{} can't be given beside {}, whose search had its own\n  hint: leave it out, or give "
                        "the rule.rule of the same folder, for which all options count",
                        option, o.file));
    }
    if (o.save) check_writable(o.file);
    const ResultSetting s = read_setting(read_result(o.file), o.file);
    o.episode.take(s.network, s.feedback);
    o.episode.task = s.task;
    o.episode.seed = s.seed;
    t.feedback_alignment_eta = s.feedback_alignment_eta;
    t.backpropagation_eta = s.backpropagation_eta;
    expected_hash = s.data_hash;
    expected_name = s.data_name;
  }
  const Dataset data = o.episode.load();
  t.feedback = o.episode.feedback_kind();
  t.network = o.episode.network(data);
  t.task = o.episode.task;
  t.seed = o.episode.seed;
  if (from_result && data.content_hash != expected_hash)
    t.note = fmt::format("not the data of the search, which were {} with hash {}; these have {}", expected_name,
                         expected_hash, data.content_hash);
  for (const std::string& text : o.layers) t.layers.push_back(layers_of(text, data));
  std::vector<Dataset> sets;
  if (has(t.only, TransferKind::data)) add_other_data(o, data, sets, t);
  // What the network or the data can't give is told before anything is fitted and a folder is made.
  check_coefficients(t.rule, t.network);
  const Tasks tasks{&data, nullptr, make_split(data, t.task, t.seed), t.task, t.network, t.seed};
  std::optional<RunFolder> folder;
  if (sub.get_option("--out")->count() > 0) folder.emplace(o.out);
  if (!from_result) {
    Steps steps;
    ComparisonRequest request;
    if (t.task.stream > 0) request.fit_units = 4;  // a stream is as long as many tasks
    progress_line({"fitting", "feedback alignment", 0, 0, 0});
    t.feedback_alignment_eta = fit_baseline(baseline_kind("feedback_alignment"), tasks, request, steps).theta.at(0);
    progress_line({"fitting", "backpropagation", 0, 0, 0});
    t.backpropagation_eta = fit_baseline(baseline_kind("backpropagation"), tasks, request, steps).theta.at(0);
  }
  const Transfer result = transfer(t, data, progress_line);
  if (isatty(STDERR_FILENO) != 0) std::cerr << "\r\033[K";

  const nlohmann::json document = to_json(result);
  if (folder) {
    write_file(folder->path() / "transfer.json", dump(document, 2) + "\n");
    folder->keep();
  }
  if (o.save) {
    // Read again, since other programs may have added to it meanwhile.
    read_result(o.file);
    nlohmann::json whole = read_document(o.file, "the result.json of a search", {64, 16});
    whole["transfer"] = document;
    write_file(o.file, dump(whole, 2) + "\n");
  }
  std::cout << (o.as_json ? dump(document, 2) + "\n" : to_table(result));
  if (!o.as_json && folder) std::cout << fmt::format("Document  {}\n", (folder->path() / "transfer.json").string());
  return 0;
}

}  // namespace

Action prepare_transfer(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.add_option("FILE", o->file, "result.json of a search, or a rule file with its coefficients as initial values")
      ->required();
  sub.add_option("--to", o->to, "folder with other data; may be given often; without it Fashion-MNIST")->take_all();
  sub.add_option("--only", o->only, "tables to make: classes, data, depth, skip, feedback, stream, rates")
      ->delimiter(',')
      ->check(CLI::IsMember({"classes", "data", "depth", "skip", "feedback", "stream", "rates"}));
  sub.add_option("--layers", o->layers,
                 "neurons a layer, as 784-130-70-47, in place of a list of shallower, narrower, wider and "
                 "deeper networks; may be given often")
      ->delimiter(',');
  sub.add_option("--episodes", o->episodes, "episodes for each score")
      ->check(CLI::Range(2, 100000))
      ->capture_default_str();
  sub.add_option("--out", o->out, "folder for transfer.json; where it exists and is not empty, a new folder in it");
  sub.add_flag("--save", o->save, "write it into the result.json as well, under the key transfer");
  add_json(sub, o->as_json);
  o->episode.add(sub);
  return [o, &sub] { return run(*o, sub); };
}

}  // namespace rule_search::command
