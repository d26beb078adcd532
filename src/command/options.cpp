#include <fmt/format.h>
#include <tbb/global_control.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "command/command.hpp"

namespace rule_search::command {

void EpisodeOptions::add(CLI::App& app) {
  app.add_option("--data", data,
                 "folder with IDX files; without it Fashion-MNIST, where Debian's package puts it");
  app.add_option("--feedback", feedback, "how errors travel back: fixed, symmetric, direct or sign")
      ->check(CLI::IsMember({"fixed", "symmetric", "direct", "sign"}))
      ->capture_default_str();
  app.add_option("--hidden", hidden, "cells of the hidden layers")
      ->delimiter(',')
      ->check(CLI::Range(1, 20000))
      ->capture_default_str();
  app.add_option("--beta", beta, "sharpness of the softplus")
      ->check(CLI::Range(1e-3, 1e3))
      ->capture_default_str();
  app.add_option("--ways", task.ways, "classes of a task")->check(CLI::Range(2, 1000))->capture_default_str();
  app.add_option("--shots", task.shots, "images a class to learn from")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--queries", task.queries, "images a class to be asked")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seed", seed, "number that all random choices follow from")->capture_default_str();
  app.add_option("--threads", threads, "threads, 0 for all processors")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

Dataset EpisodeOptions::load() const { return load_dataset(data.empty() ? default_data_folder() : data); }

Network EpisodeOptions::network(const Dataset& set) const {
  Network n;
  n.beta = beta;
  n.layers.push_back(set.rows * set.cols);
  n.layers.insert(n.layers.end(), hidden.begin(), hidden.end());
  n.layers.push_back(set.classes);
  return n;
}

Feedback EpisodeOptions::feedback_kind() const { return *feedback_named(feedback); }

std::shared_ptr<void> limit_threads(int threads) {
  if (threads == 0) return nullptr;
  return std::make_shared<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                               static_cast<std::size_t>(threads));
}

Rule rule_or_result(const std::string& path) {
  if (path.size() < 5 || path.substr(path.size() - 5) != ".json") return read_rule(path);
  std::ifstream file(path);
  if (!file)
    throw InputError(
        fmt::format("{}: can't be opened\n  hint: give a rule file or the result.json of a search", path));
  try {
    const nlohmann::json document = nlohmann::json::parse(file);
    return check_rule({path, document.at("rule_text").get<std::string>()});
  } catch (const nlohmann::json::exception& e) {
    throw InputError(
        fmt::format("{}: not the result of a search: {}\n  hint: give the result.json of a run's folder",
                    path, e.what()));
  }
}

}  // namespace rule_search::command
