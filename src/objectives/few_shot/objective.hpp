// The first objective: a network learns few-shot tasks online and is asked afterwards; the loss is the cross-entropy of
// its answers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "fit/objective.hpp"
#include "fit/steps.hpp"
#include "objectives/few_shot/batch.hpp"
#include "objectives/few_shot/task.hpp"

namespace rule_search {

/// Where episodes come from; episode numbers mean the same classes and images whatever the network.
struct Tasks {
  const Dataset* data = nullptr;
  std::shared_ptr<const Dataset> owned = nullptr;  ///< the same, where nobody else keeps it
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
  int longest_unit() const override { return given_.shape.samples(); }
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  Score summarise(const std::vector<Outcome>& outcomes) const override;
  /// Episodes at the edge of stability have tangents that are larger than those of others by orders of magnitude.
  LossTraits traits() const override;
  /// As tests/golden/README.md has it.
  std::string recorded(Part part, std::size_t unit, const Rule& rule, const std::vector<double>& theta) const override;
  Description describe() const override;
  /// Beside chance and the rules of baselines.hpp.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;

  const Network& network() const { return network_; }
  Feedback feedback() const { return feedback_; }
  /// Episodes by number. Those to search on are kept once they were drawn, since they are run again and again.
  EpisodeSource episodes(Part part) const;
  /// The same, none of them kept.
  EpisodeSource drawn(Part part) const { return draws(tasks_, part); }
  /// The same, of which the last one is kept that each thread has drawn.
  const EpisodeSource& recent(Part part) const { return recent_[static_cast<std::size_t>(part)]; }

 private:
  Tasks given_;
  Network network_;
  Feedback feedback_;
  std::size_t queries_;
  TaskSource tasks_;
  EpisodeSource search_;
  std::array<EpisodeSource, 3> recent_;  // by part
};

/// Scores a rule with values theta on `count` episodes of a source.
Score score(const Rule& rule, const std::vector<double>& theta, const Network& network, Feedback feedback,
            const EpisodeSource& source, std::size_t count, bool alignment = false,
            Precision precision = Precision::float32);

/// A list of coefficients, one a connection, says nothing of other numbers of connections. The first parameter with such a
/// list; null where all fit.
const Parameter* misfit(const Rule& rule, const Network& network);
/// Whether coefficients that the rule has for each connection of one network are those of another: it has none, or both
/// have the same connections.
bool fits_connections(const Rule& rule, const Network& of, const Network& other);
/// Throws InputError where there is a misfit().
void check_coefficients(const Rule& rule, const Network& network);

/// What reports say of tasks, all but their data.
Description words_of(const Tasks& tasks, const Network& network, Feedback feedback);

}  // namespace rule_search
