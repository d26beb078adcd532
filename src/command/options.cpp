#include <fmt/format.h>
#include <tbb/global_control.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "command/command.hpp"
#include "report/record.hpp"

namespace rule_search::command {

namespace {

// "170,130,100". An empty place between two commas is a slip, not a layer to be left out.
std::vector<int> cells_of(const std::vector<std::string>& texts) {
  std::vector<int> out;
  for (const std::string& text : texts) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find(',', at), text.size());
      int cells = 0;
      const auto read = std::from_chars(text.data() + at, text.data() + end, cells);
      if (read.ec != std::errc() || read.ptr != text.data() + end || cells < 1 || cells > 20000)
        throw CLI::ValidationError(
            "--hidden", fmt::format("expected cells a layer from 1 to 20000 with commas between them, found {}",
                                    end == at ? "nothing" : text.substr(at, end - at)));
      out.push_back(cells);
      at = end + 1;
    }
  }
  return out;
}

}  // namespace

void EpisodeOptions::add(CLI::App& app) {
  app.add_option("--data", data, "folder with IDX files; without it Fashion-MNIST, where Debian's package puts it");
  app.add_option("--feedback", feedback, "how errors travel back: " + feedback_names(""))
      ->check(CLI::IsMember(feedback_names()))
      ->capture_default_str();
  app.add_option_function<std::vector<std::string>>(
         "--hidden", [this](const std::vector<std::string>& texts) { hidden = cells_of(texts); },
         "cells of the hidden layers")
      ->type_name("INT,...")
      ->default_str(fmt::format("{}", fmt::join(hidden, ",")));
  app.add_option("--beta", beta, "sharpness of the softplus")->check(number_between(1e-3, 1e3))->capture_default_str();
  app.add_option("--ways", task.ways, "classes of a task")->check(CLI::Range(2, 1000))->capture_default_str();
  app.add_option("--shots", task.shots, "images a class to learn from")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--queries", task.queries, "images a class to be asked")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seed", seed, "number that all random choices follow from")
      ->check(whole_number())
      ->capture_default_str();
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

CLI::Validator number_between(double low, double high) {
  const std::string range = fmt::format("from {:g} to {:g}", low, high);
  return {[=](std::string& text) -> std::string {
            char* end = nullptr;
            const double value = std::strtod(text.c_str(), &end);
            // Written so that what is no number is refused.
            if (!text.empty() && *end == '\0' && value >= low && value <= high) return "";
            return fmt::format("expected a number {}, found {}", range, text);
          },
          range};
}

CLI::Validator whole_number() {
  return {[](std::string& text) -> std::string {
            std::uint64_t value = 0;
            const char* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            if (read.ec == std::errc() && read.ptr == end) return "";
            return fmt::format("expected a whole number from 0 to {}, found {}",
                               std::numeric_limits<std::uint64_t>::max(), text);
          },
          ""};
}

bool is_result(const std::string& path) { return path.size() >= 5 && path.compare(path.size() - 5, 5, ".json") == 0; }

Rule rule_or_result(const std::string& path) {
  if (!is_result(path)) return read_rule(path);
  return check_rule(source_of(path + ": rule_text", read_result(path)["rule_text"].get<std::string>()));
}

}  // namespace rule_search::command
