// Many episodes of one rule, spread over threads; results come in the order of the episodes, whatever the
// threads do.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "objectives/few_shot/learner.hpp"
#include "objectives/few_shot/task.hpp"

namespace rule_search {

/// Gives episode number k; called from several threads at once, always the same episode for the same k.
using EpisodeSource = std::function<std::shared_ptr<const Episode>(std::size_t)>;

/// Draws afresh every time; `tasks` must outlive it.
EpisodeSource draws(const TaskSource& tasks, Part part);
/// Draws afresh but where a thread asks again for the episode that it asked for last: for several rules on one episode after
/// the other. `tasks` must outlive it.
EpisodeSource last_drawn(const TaskSource& tasks, Part part);
/// Keeps the episodes that were asked for, for batches that are run again and again: the first ones, up to so many
/// bytes (some 150 episodes of the network of Shervani-Tabar & Rosenbaum, 2023). Further ones are drawn each time.
EpisodeSource remembered(EpisodeSource source, std::size_t bytes = std::size_t{1} << 30);

class Batch {
 public:
  /// `directions`: entries of theta to differentiate by (see ParameterLayout); none for values only.
  Batch(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
        Precision precision = Precision::float32);
  ~Batch();
  Batch(Batch&&) noexcept;

  std::vector<Outcome> run(const EpisodeSource& source, std::size_t count, const std::vector<double>& theta,
                           Wanted wanted = {}) const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace rule_search
