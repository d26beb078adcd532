// Many episodes of one rule, spread over threads; results come in the order of the episodes, whatever the
// threads do.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "episode/learner.hpp"

namespace rule_search {

enum class Precision { single, twice };

/// Gives episode number k; called from several threads at once, always the same episode for the same k.
using EpisodeSource = std::function<Episode(std::size_t)>;

class Batch {
 public:
  /// `directions`: entries of theta to differentiate by (see ParameterLayout); none for values only.
  Batch(const plan::Plan& plan, const Network& network, Feedback feedback, std::vector<int> directions,
        Precision precision = Precision::single);
  ~Batch();
  Batch(Batch&&) noexcept;

  std::vector<Outcome> run(const EpisodeSource& source, std::size_t count, const std::vector<double>& theta,
                           Wanted wanted = {}) const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace rule_search
