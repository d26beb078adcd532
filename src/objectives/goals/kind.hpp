// Goals as an objective of the program.
#pragma once

#include <string>
#include <vector>

#include "objectives/goals/objective.hpp"
#include "objectives/kind.hpp"

namespace rule_search {

class GoalKind : public ObjectiveKind {
 public:
  GoalKind() : ObjectiveKind("goal", "the weights of a layer come to a goal", {"function"}) {}

  std::vector<Option> options() override;
  void check() const override;
  std::unique_ptr<Objective> make(const Rule& rule, std::uint64_t seed, const Loaded& loaded) const override;
  std::string other_data_hint() const override {
    return "the mathematical library draws others here; begin a run of its own";
  }
  Description describe_schema_1(nlohmann::json& result) const override;

 private:
  GoalOptions given() const;

  std::string goal_, activation_ = "linear";
  int neurons_ = 0, inputs_ = 0, steps_ = 0;  ///< 0: the goal's own
  double beta_ = 10;
};

}  // namespace rule_search
