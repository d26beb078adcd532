#include "command/episode_options.hpp"

namespace rule_search::command {

void EpisodeOptions::add(CLI::App& app) {
  add_options(app, rows());
  add_options(app, {seed_option("seed", seed, "number that all random choices follow from"), threads_option(threads)});
}

}  // namespace rule_search::command
