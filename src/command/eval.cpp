#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "command/command.hpp"
#include "fit/fitting.hpp"
#include "objectives/few_shot/episode_file.hpp"
#include "objectives/few_shot/objective.hpp"
#include "report/record.hpp"

namespace rule_search::command {

namespace {

struct Options {
  std::string file;
  std::vector<std::string> set;
  std::string part = "test";
  int episodes = 100;
  std::string precision = "single";
  std::optional<std::string> record;
  bool derivatives = false;
  bool as_json = false;
  EpisodeOptions episode;
};

int run(const Options& o) {
  const auto threads = limit_threads(o.episode.threads);
  if (o.record) check_writable(*o.record);
  const Rule rule = rule_or_result(o.file);
  const Dataset data = o.episode.load();
  const Network network = o.episode.network(data);
  const ParameterLayout layout(rule.parameters, network.connections());
  std::vector<double> theta = layout.initial;
  for (const std::string& s : o.set) assign("--set", s, layout, rule, theta);
  const Part part = o.part == "search" ? Part::search : o.part == "validation" ? Part::validation : Part::test;
  const TaskObjective objective(
      {&data, make_split(data, o.episode.task, o.episode.seed), o.episode.task, network, o.episode.seed}, network,
      o.episode.feedback_kind());
  const EpisodeSource source = objective.drawn(part);
  const auto count = static_cast<std::size_t>(o.episodes);
  if (o.record) {
    Recording recording;
    recording.name = fmt::format("{}, {}, episode 0, seed {}", data.name, o.part, o.episode.seed);
    recording.episode = *source(0);
    for (const Parameter& p : rule.parameters) {
      std::vector<double> values;
      for (std::size_t k = 0; k < layout.names.size(); ++k) {
        if (rule.parameters[static_cast<std::size_t>(layout.parameter[k])].name == p.name) values.push_back(theta[k]);
      }
      recording.parameters.emplace_back(p.name, values);
    }
    write_file(*o.record, to_json(recording));
  }
  const Score s = score(rule, theta, network, o.episode.feedback_kind(), source, count, true,
                        o.precision == "double" ? Precision::twice : Precision::single);
  if (s.diverged == count)
    throw std::runtime_error(
        fmt::format("{}: every episode diverged\n  hint: try smaller coefficients, e.g. --set {}=...", rule.name,
                    layout.names.empty() ? "NAME" : layout.names[0]));

  nlohmann::json out = {{"rule", rule.name},
                        {"loss", s.loss.mean},
                        {"loss_interval", {s.loss.low, s.loss.high}},
                        {"accuracy", s.accuracy.mean},
                        {"accuracy_interval", {s.accuracy.low, s.accuracy.high}},
                        {"episodes", count},
                        {"diverged", s.diverged},
                        {"feedback", o.episode.feedback},
                        {"part", o.part},
                        {"precision", o.precision},
                        {"seed", o.episode.seed}};
  for (const Estimate& a : s.alignment) out["angles"].push_back(a.mean);
  if (o.derivatives) {
    FitRequest request;
    request.objective = &objective;
    request.part = part;
    request.episodes = count;
    request.tempered = false;
    const Slopes slope = slopes(rule, theta, request);
    if (!slope.usable)
      throw std::runtime_error(fmt::format("{}: an episode diverged, so the loss has no derivative here", rule.name));
    for (std::size_t k = 0; k < layout.names.size(); ++k) out["gradient"][layout.names[k]] = slope.gradient[k];
  }
  if (o.as_json) {
    std::cout << dump(out, 2) << "\n";
    return 0;
  }
  fmt::print("{} on {} {} episodes of {}, {} feedback\n", rule.name, count, o.part, data.name, o.episode.feedback);
  fmt::print("  loss      {:.4f}  95 % interval ({:.4f} to {:.4f})\n", s.loss.mean, s.loss.low, s.loss.high);
  fmt::print("  accuracy  {:.1f} %  95 % interval ({:.1f} to {:.1f})\n", 100 * s.accuracy.mean, 100 * s.accuracy.low,
             100 * s.accuracy.high);
  if (s.diverged > 0) fmt::print("  {} episodes diverged and count as chance\n", s.diverged);
  fmt::print("  angles   ");
  for (const Estimate& a : s.alignment) fmt::print(" {:.1f}", a.mean);
  fmt::print("  degrees to W', from the input layer\n");
  if (o.derivatives) {
    for (const auto& [key, value] : out["gradient"].items())
      fmt::print("  d loss / d {:<12} {:.6g}\n", key, value.get<double>());
  }
  return 0;
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("eval", "score a rule as it is, without fitting");
  sub->add_option("FILE", o->file, "rule file, or the result.json of a search")->required();
  sub->add_option("--set", o->set, "parameter value, NAME=NUMBER; may be given often")->take_all();
  sub->add_option("--part", o->part, "classes or images to draw from: search, validation or test")
      ->check(CLI::IsMember({"search", "validation", "test"}))
      ->capture_default_str();
  sub->add_option("--episodes", o->episodes, "number of episodes")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  sub->add_option("--precision", o->precision, "single, as searches use it, or double")
      ->check(CLI::IsMember({"single", "double"}))
      ->capture_default_str();
  sub->add_option("--record", o->record,
                  "file to write the first episode to, with all its numbers, for `replay` and other software");
  sub->add_flag("--derivatives", o->derivatives, "also the gradient of the loss");
  sub->add_flag("--json", o->as_json, "print one JSON document");
  o->episode.add(*sub);
  sub->footer("Example:\n  rule-search eval rules/f_bio.rule --set eta=0.01 --set ehebb=-0.046 --set oja=0.0055");
  sub->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace rule_search::command
