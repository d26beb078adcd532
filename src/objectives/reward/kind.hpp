// Learning from reward as an objective of the program.
#pragma once

#include <string>
#include <vector>

#include "objectives/kind.hpp"
#include "objectives/reward/objective.hpp"

namespace rule_search {

class RewardKind : public ObjectiveKind {
 public:
  RewardKind() : ObjectiveKind("reward", "a recurrent network learns a task from reward at the end of trials") {}

  std::vector<Option> options() override;
  void check() const override;
  std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const override;
  std::string other_data_hint() const override {
    return "the mathematical library draws others here; begin a run of its own";
  }
  bool has_recorded(const nlohmann::json& document) const override;
  Replayed replay(const nlohmann::json& document, const std::string& path, const ReplayRequest& request) const override;

 private:
  RewardOptions given() const;

  std::string task_ = "dnms", slopes_ = "cut";
  RewardOptions numbers_;
};

}  // namespace rule_search
