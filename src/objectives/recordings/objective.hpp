// The second objective: recordings of a layer over time, which the rule is to bring about when the layer is simulated
// from where they begin. Nothing of what was recorded later is shown to the simulation but its input, so errors
// accumulate, as they do in what the rule is meant for.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/recording.hpp"
#include "fit/objective.hpp"
#include "objectives/recordings/data.hpp"
#include "objectives/recordings/options.hpp"
#include "objectives/recordings/split.hpp"

namespace rule_search {

class RecordingsObjective : public Objective {
 public:
  /// `test`: recordings that are to report on and nothing else. Where there are none, three of ten are kept apart for that
  /// if there are `enough_to_keep_apart`, in an order that follows from the seed. The order of the recordings decides
  /// nothing. Throws InputError where there are too few, their neurons are not the same, two hold the same, one holds
  /// nothing to explain, or nothing changes in those to search on.
  RecordingsObjective(std::vector<LayerRecording> recordings, const RecordingsOptions& options, std::uint64_t seed,
                      std::vector<LayerRecording> test = {});

  std::string identity() const override;
  int connections() const override { return 1; }
  /// A unit is a recording: what its neurons and times have in common is no chance that would be another one in each.
  std::size_t units(Part part) const override { return split_[static_cast<std::size_t>(part)].size(); }
  /// One for every weight that was seen after the first time (and at the first where those are fitted), and for every
  /// activity and choice that was seen. Of held-out recordings with initial weights that are fitted those of the second
  /// half.
  std::size_t answers(Part part, std::size_t unit) const override;
  int longest_unit() const override;
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  LossTraits traits() const override;
  std::vector<Fold> folds(std::size_t most) const override;
  /// By the F-test of the squares that both leave, over as many independent numbers as residuals are worth; where choices
  /// alone were recorded by the chi-squared test of the likelihood.
  double gain_by_chance(const Score& smaller, const Score& larger,
                        std::array<std::size_t, 2> parameters) const override;
  /// By noise(), but at least a thousandth of what there is to explain: exact values shall not drown all others.
  std::unique_ptr<const Objective> weighed_by_noise(const FittedRule& rule) const override;
  Description describe() const override;
  /// Beside a layer that does not change.
  Comparison compare(const FittedRule& found, const Score& test, const ComparisonRequest& request,
                     Steps& steps) const override;
  /// What the rule makes of the weights that were recorded, step by step, added up: the integral form of a regression,
  /// linear in coefficients (Messenger & Bortz, Multiscale Model. Simul. 19:1474 (2021)). Noise biases it. Where no
  /// weights were recorded after the first time, or not all at the first, the first half of the simulation, and of that
  /// the first quarter: errors have had less time to grow. With RecordingsOptions::one_step single steps from the
  /// recorded weights, which noise biases as well.
  const Objective* surrogate() const override { return surrogate_.get(); }
  /// Throws InputError where a recording to search on has nothing in one of its halves.
  std::unique_ptr<const Objective> with_own_values(bool own) const override;
  bool finds_itself(const Parameter& parameter) const override;
  std::string unit_name(Part part, std::size_t unit) const override;
  /// Losses count up to twice that of a layer that does not change; accuracy is the share of all squares explained.
  Score summarise(const std::vector<Outcome>& outcomes) const override;

  const LayerRecording& recording(Part part, std::size_t number) const {
    return data_->recordings[this->number(part, number)];
  }
  /// Initial weights that are fitted with the rule, over all recordings; see Simulation.
  std::size_t fitted_initial_weights_of_all() const;
  /// FNV-1a of all that was recorded, 16 hexadecimal digits; whatever the order in which it was given.
  std::string content_hash() const;
  const RecordingsOptions& options() const { return options_; }
  // Sizes in which residuals are given; see ResidualScales.
  double weight_scale() const { return data_->scales.weights; }
  double post_scale() const { return data_->scales.post; }
  double choice_scale() const { return data_->scales.choice; }
  /// Noise of the recordings, as the residuals of a rule on those to train on tell it, in the units of weights and of
  /// activities; 0 where none was seen.
  struct Noise {
    double weights = 0, post = 0;
    double weights_in_errors = 0, post_in_errors = 0;  ///< in standard errors; 0 where values have none
  };
  Noise noise(const plan::Plan& plan, const std::vector<double>& theta) const;

 private:
  RecordingsObjective(std::shared_ptr<const RecordingsData> data, RecordingSplit split, RecordingsOptions options,
                      RecordingsLoss loss);
  void make_surrogate();
  /// Where recording `number` of a part stands in all of them.
  std::size_t number(Part part, std::size_t number) const { return split_[static_cast<std::size_t>(part)].at(number); }
  bool choices_alone() const { return !(data_->scales.weights > 0) && !(data_->scales.post > 0); }

  std::shared_ptr<const RecordingsData> data_;  ///< a surrogate and a fold are of the same
  RecordingSplit split_;
  RecordingsOptions options_;
  RecordingsLoss loss_;  ///< RecordingsLoss::simulation but in a surrogate
  std::unique_ptr<RecordingsObjective> surrogate_;
};

/// What reports say of recordings, all but their data. `choices_alone`: neither weights nor activities were recorded.
Description recordings_words(int presynaptic, int postsynaptic, const RecordingsOptions& options, bool choices_alone);

}  // namespace rule_search
