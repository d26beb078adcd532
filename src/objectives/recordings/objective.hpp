// The second objective: recordings of a layer over time, which the rule is to bring about when the layer is simulated
// from where they begin. Nothing of what was recorded later is shown to the simulation but its input, so errors
// accumulate, as they do in what the rule is meant for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/recording.hpp"
#include "fit/objective.hpp"
#include "objectives/recordings/data.hpp"
#include "objectives/recordings/options.hpp"

namespace rule_search {

class RecordingsObjective : public Objective {
 public:
  /// Splits the recordings 40 : 30 : 30 in an order that follows from the seed. Throws InputError where there are fewer
  /// than six, their neurons are not the same, two hold the same, one holds nothing to explain, or nothing changes in those
  /// to train on.
  RecordingsObjective(std::vector<LayerRecording> recordings, const RecordingsOptions& options, std::uint64_t seed);

  std::string identity() const override;
  int connections() const override { return 1; }
  /// A unit is a postsynaptic neuron of a recording, with its synapses: recordings are often too few to say anything of the
  /// noise between them, and what neurons of one recording have in common, their input, is known and no noise. Neurons of
  /// which nothing was recorded that a rule could explain are none.
  std::size_t units(Part part) const override { return data_->units[static_cast<std::size_t>(part)].size(); }
  /// One for every weight that was seen after the first time (and at the first where those are fitted), and for every
  /// activity and choice that was seen. Of held-out recordings with initial weights that are fitted those of the second
  /// half.
  std::size_t answers(Part part, std::size_t unit) const override;
  std::unique_ptr<Evaluator> compile(EvaluatorRequest request) const override;
  LossTraits traits() const override;
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
  /// Losses count up to twice that of a layer that does not change; accuracy is the fraction of the squares explained.
  Score summarise(const std::vector<Outcome>& outcomes) const override;

  std::size_t recordings(Part part) const { return data_->split[static_cast<std::size_t>(part)].size(); }
  const LayerRecording& recording(Part part, std::size_t number) const { return data_->recording(part, number); }
  /// Initial weights that are fitted with the rule, over all recordings; see Simulation.
  std::size_t fitted_initial_weights_of_all() const;
  /// FNV-1a of all that was recorded, in the order in which it was given, 16 hexadecimal digits.
  std::string content_hash() const;
  const RecordingsOptions& options() const { return data_->options; }
  // Sizes in which residuals are given; see ResidualScales.
  double weight_scale() const { return data_->scales.weights; }
  double post_scale() const { return data_->scales.post; }
  double choice_scale() const { return data_->scales.choice; }
  /// Noise of the recordings, as the residuals of a rule on those to train on tell it, in the units of weights and of
  /// activities; 0 where none was seen.
  struct Noise {
    double weights = 0, post = 0;
  };
  Noise noise(const plan::Plan& plan, const std::vector<double>& theta) const;

 private:
  RecordingsObjective(std::shared_ptr<const RecordingsData> data, RecordingsLoss loss);

  std::shared_ptr<const RecordingsData> data_;  ///< a surrogate is of the same
  RecordingsLoss loss_;                         ///< RecordingsLoss::simulation but in a surrogate
  std::unique_ptr<RecordingsObjective> surrogate_;
};

/// What reports say of recordings, all but their data. `choices_alone`: neither weights nor activities were recorded.
Description recordings_words(int presynaptic, int postsynaptic, const RecordingsOptions& options, bool choices_alone);

}  // namespace rule_search
