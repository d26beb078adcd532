// The first objective: a network learns few-shot tasks online and is asked afterwards; the loss is the cross-entropy of
// its answers.
#pragma once

#include <cstdint>

#include "fit/objective.hpp"
#include "objectives/few_shot/batch.hpp"
#include "objectives/few_shot/task.hpp"

namespace rule_search {

/// Where episodes come from; episode numbers mean the same classes and images whatever the network.
struct Tasks {
  const Dataset* data = nullptr;
  Split split;
  TaskShape shape;
  Network network;
  std::uint64_t seed = 1;

  TaskSource source(const Network& network, Feedback feedback) const;
};

class TaskObjective : public Objective {
 public:
  /// The data must outlive it. Throws InputError where the network has not one input a pixel and one output a class.
  TaskObjective(const Tasks& tasks, const Network& network, Feedback feedback);
  TaskObjective(const TaskObjective&) = delete;
  TaskObjective& operator=(const TaskObjective&) = delete;

  std::string identity() const override;
  int connections() const override { return network_.connections(); }
  std::size_t units(Part part) const override;
  std::size_t answers(Part part, std::size_t unit) const override;
  std::unique_ptr<Evaluator> compile(const plan::Plan& plan, std::vector<int> directions, Precision precision,
                                     BeforeUnit before) const override;
  bool tempered() const override { return true; }
  Score summarise(const std::vector<Outcome>& outcomes) const override;

  const Network& network() const { return network_; }
  Feedback feedback() const { return feedback_; }
  /// Episodes by number. Those to search on are kept once they were drawn, since they are run again and again.
  EpisodeSource episodes(Part part) const;
  /// The same, none of them kept.
  EpisodeSource drawn(Part part) const { return draws(tasks_, part); }

 private:
  Network network_;
  Feedback feedback_;
  std::size_t queries_;
  TaskSource tasks_;
  EpisodeSource search_;
};

}  // namespace rule_search
