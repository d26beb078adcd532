// Plasticity protocols as physiologists do them: two neurons spike as a table says, and the rule is to change the synapse
// between them by as much as was measured, each protocol counting by its standard error.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/protocol.hpp"
#include "fit/folds.hpp"
#include "fit/objective.hpp"
#include "network/event_driven.hpp"

namespace rule_search {

/// What the objective and its folds share.
struct ProtocolsData {
  std::vector<Protocol> protocols;  ///< in the order of their names
  std::vector<std::vector<SpikeEvent>> events;
  Rule candidates;
  bool passes_silence = true;  ///< see EventDrivenSynapse; else every step is carried out
};

class ProtocolsObjective : public Objective {
 public:
  /// `test`: protocols that are to report on and nothing else. Without them every protocol is foretold by a search without
  /// it. The seed decides what is in which fold. Throws InputError where there are too few to search on, two have the same
  /// name, or none changed anything.
  ProtocolsObjective(std::vector<Protocol> protocols, std::vector<Protocol> test, const Rule& candidates,
                     std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return 1; }
  /// A unit is a protocol.
  std::size_t units(Part part) const override { return split_[static_cast<std::size_t>(part)].size(); }
  /// Change of the rule minus that which was measured, in standard errors.
  std::size_t answers(Part, std::size_t) const override { return 1; }
  int longest_unit() const override;
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  LossTraits traits() const override;
  std::vector<Fold> folds(std::size_t most) const override;
  /// By the chi-squared test of what the larger rule leaves less; in units of what it leaves for each degree of freedom where
  /// the errors do not explain that (p < 0.01).
  double gain_by_chance(const Score& smaller, const Score& larger,
                        std::array<std::size_t, 2> parameters) const override;
  /// Of a mean over n cells n - 1; infinite where their number is not known.
  double degrees_of_error(std::size_t unit) const override;
  std::string unit_name(Part part, std::size_t unit) const override { return protocol(part, unit).name; }
  Score summarise(const std::vector<Outcome>& outcomes) const override;
  Description describe() const override;
  /// Beside a synapse that does not change, and with all subsets of the candidates where there are few.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;

  const Protocol& protocol(Part part, std::size_t unit) const { return data_->protocols[number(part, unit)]; }
  const Rule& candidates() const { return data_->candidates; }
  /// FNV-1a of all protocols, 16 hexadecimal digits, whatever their order.
  std::string content_hash() const;
  /// Spikes that the rule can't have at their times, since it can't be carried from spike to spike: so many, and how far
  /// they are moved at most, s.
  struct Moved {
    std::size_t spikes = 0;
    double farthest = 0;
  };
  Moved moved_spikes(const plan::Plan& plan) const;

 private:
  ProtocolsObjective(std::shared_ptr<const ProtocolsData> data, UnitSplit split)
      : data_(std::move(data)), split_(std::move(split)) {}
  std::size_t number(Part part, std::size_t unit) const { return split_[static_cast<std::size_t>(part)].at(unit); }

  std::shared_ptr<const ProtocolsData> data_;
  UnitSplit split_;
};

/// What reports say of protocols, all but their data.
Description protocols_words();

}  // namespace rule_search
