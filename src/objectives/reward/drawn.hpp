// Sessions drawn at random: the units of a search.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "fit/part.hpp"
#include "objectives/reward/options.hpp"
#include "objectives/reward/session.hpp"

namespace rule_search {

/// Session `number` of a part, the same whatever else was drawn. Takes completed options.
class DrawnSession : public SessionTrials {
 public:
  DrawnSession(const RewardOptions& options, std::uint64_t seed, Part part, std::size_t number);

  const Session& session() const { return session_; }
  /// Types come in turn, in an order of this session's own.
  const SessionTrial& operator[](int number) override;

 private:
  RewardOptions o_;
  Random random_;
  Session session_;
  std::vector<int> order_;
  SessionTrial trial_;
};

}  // namespace rule_search
